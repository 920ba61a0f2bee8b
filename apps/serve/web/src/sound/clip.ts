// A piece of sound that the page holds: its samples to draw and measure, its wav file to send, keep and play.
import { durationSeconds, looksLikeWav, readWav, writeWav, type Audio } from '@gpt-talker/audio/browser';
import { Trouble } from '../trouble';

export interface Clip {
  audio: Audio;
  /** The same as a 16-bit wav file. */
  wav: Uint8Array<ArrayBuffer>;
  /** Where a player finds the wav file; lives as long as the page. */
  address: string;
  seconds: number;
}

/** Longer turns are mistakes more often than not; the server has a limit of its own. */
export const LONGEST_CLIP_SECONDS = 60;
const SHORTEST_CLIP_SECONDS = 0.2;
/** Ten minutes of stereo at 48 kHz: what the page is ready to look into. */
const LARGEST_FILE_BYTES = 128 * 1024 * 1024;

/** Keeps samples as a clip. */
export function clipFromAudio(audio: Audio): Clip {
  const wav = new Uint8Array(writeWav(audio));
  const address = URL.createObjectURL(new Blob([wav], { type: 'audio/wav' }));
  return { audio, wav, address, seconds: durationSeconds(audio) };
}

/** Keeps what the microphone heard. @throws Trouble when it is too much or too little */
export function clipFromRecording(audio: Audio): Clip {
  return clipFromAudio(checkLength(audio, 'The recording'));
}

/** Keeps a wav file that the server sent. @throws AudioFileError when it is none */
export function clipFromWav(wav: Uint8Array): Clip {
  return clipFromAudio(readWav(wav, { name: 'the sound from the server' }));
}

/**
 * Reads a file that someone chose or dropped: wav as it is, other formats as far as this browser knows them.
 * @throws Trouble in plain words
 */
export async function clipFromFile(file: File): Promise<Clip> {
  if (file.size > LARGEST_FILE_BYTES)
    throw new Trouble(`${file.name} is too large`, 'Cut out the one turn that you mean, up to a minute.');
  const bytes = new Uint8Array(await file.arrayBuffer());
  return clipFromAudio(
    checkLength(looksLikeWav(bytes) ? readNamedWav(bytes, file.name) : await decode(bytes, file.name), file.name),
  );
}

function readNamedWav(bytes: Uint8Array, name: string): Audio {
  try {
    return readWav(bytes, { name });
  } catch (error) {
    throw new Trouble(`This wav file cannot be used`, (error as Error).message);
  }
}

/** Leaves mp3, ogg and the like to the browser. */
async function decode(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Audio> {
  try {
    const decoded = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(bytes.buffer);
    const channels = Array.from({ length: decoded.numberOfChannels }, (_, i) => decoded.getChannelData(i));
    const samples = channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
    return { samples, sampleRate: decoded.sampleRate };
  } catch {
    throw new Trouble(
      `${name} is not a sound file`,
      'Choose a wav file; `ffmpeg -i INPUT output.wav` makes one of most others.',
    );
  }
}

function checkLength(audio: Audio, what: string): Audio {
  const seconds = durationSeconds(audio);
  if (seconds > LONGEST_CLIP_SECONDS)
    throw new Trouble(
      `${what} is too long: ${Math.round(seconds)} s`,
      `A turn may be up to ${LONGEST_CLIP_SECONDS} s. Cut it, or say it as several turns.`,
    );
  if (seconds < SHORTEST_CLIP_SECONDS)
    throw new Trouble(`${what} is too short`, 'Record while you speak: press Record, talk, press Stop.');
  return audio;
}
