// A made-up episode: two of flite's voices in conversation, pauses, noise, a scene that is too short, one that is too noisy; with the
// speakers and subtitles that other tools would have made of it.
import { noise, SAMPLE_RATE, silence, speak } from './collect-support';

interface Line {
  speaker: string;
  /** As subtitles have it: in one cue, or in several. */
  cues: string[];
}

const line = (speaker: string, ...cues: string[]): Line => ({ speaker, cues });
const VOICES: Readonly<Record<string, string>> = { anna: 'slt', ben: 'rms', carl: 'awb' };

/** Two speakers, four turns each once cues are joined at the ends of sentences. */
const CONVERSATION = [
  line('anna', 'Good morning, I was going to', 'ask you something about the party.'),
  line('ben', 'Of course, what would you like to know?'),
  line('anna', 'Do you think that we should invite the neighbours from upstairs?'),
  line('ben', 'Mr.', 'Miller has always been kind to us, so yes.'),
  line('anna', 'Then I will write them a letter this afternoon.'),
  line('ben', 'Wonderful, and I will buy something good to eat.'),
  line('anna', 'Thank you, that is very nice of you.'),
  line('ben', 'It is a pleasure, see you in the evening then.'),
];
const TOO_SHORT = [line('anna', 'Is anybody here?'), line('ben', 'No, there is nobody at all.')];
/** A third voice comes in after four turns, so that nobody has three with one other. */
const THREE_VOICES = [
  line('anna', 'What a beautiful garden you have behind this house.'),
  line('ben', 'My mother has planted all of these flowers herself.'),
  line('anna', 'She must have worked on it for many years.'),
  line('ben', 'Every day since she came to live with us.'),
  line('carl', 'Excuse me, does anybody know where the station is?'),
  line('anna', 'Go straight on to the church and then turn left.'),
];

export interface Episode {
  samples: Float32Array;
  rttm: string;
  srt: string;
  /** The conversation's turns as they should come out. */
  turns: { speaker: string; text: string; startSeconds: number; endSeconds: number }[];
}

export async function makeEpisode(name: string, folder: string): Promise<Episode> {
  const parts: Float32Array[] = [silence(1)];
  const rttm: string[] = [];
  const srt: string[] = [];
  const turns: Episode['turns'] = [];
  let time = 1;
  const add = (samples: Float32Array) => {
    parts.push(samples);
    time += samples.length / SAMPLE_RATE;
  };
  const spoken = new Map<string, Float32Array>();
  const scene = async (lines: readonly Line[], record: boolean) => {
    for (const { speaker, cues } of lines) {
      const text = cues.join(' ');
      const samples = spoken.get(text) ?? (await speak(text, VOICES[speaker], folder)).samples;
      spoken.set(text, samples);
      const start = time;
      add(samples);
      rttm.push(`SPEAKER ${name} 1 ${start.toFixed(3)} ${(time - start).toFixed(3)} <NA> <NA> ${speaker} <NA> <NA>`);
      let from = start;
      for (const cue of cues) {
        const to = from + ((time - start) * cue.length) / cues.join('').length;
        srt.push(`${srt.length + 1}\n${clock(from)} --> ${clock(to)}\n${cue}\n`);
        from = to;
      }
      if (record) turns.push({ speaker, text, startSeconds: start, endSeconds: time });
      add(silence(0.5));
    }
  };
  await scene(CONVERSATION, true);
  add(silence(5));
  await scene(TOO_SHORT, false);
  add(silence(5));
  await scene(THREE_VOICES, false);
  add(silence(5));
  const noisyFrom = parts.length;
  await scene(CONVERSATION.slice(0, 6), false);
  const traffic = noise(SAMPLE_RATE * 10, 0.12, 3);
  for (let index = noisyFrom; index < parts.length; index++) {
    parts[index] = parts[index].map((value, i) => 0.6 * value + traffic[i]);
  }
  add(silence(1));
  const hiss = noise(Math.ceil(time * SAMPLE_RATE), 0.001, 5);
  let at = 0;
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  for (const part of parts) for (const value of part) samples[at] = value + hiss[at++];
  return { samples, rttm: rttm.join('\n'), srt: srt.join('\n'), turns };
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const thousandths = String(Math.round(1000 * (seconds - whole)) % 1000).padStart(3, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)},${thousandths}`;
}
