// The command line of collect: options reach the library, and a run on a wav file with imported texts needs no model.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { COLLECT_OPTIONS } from '@gpt-talker/dataset/collect';
import { addCollectCommand } from './collect';
import { addStepOptions, collectOptions, type CollectArguments } from './collect-options';

const STEPS = [
  'extract',
  'vad',
  'separate',
  'enhance',
  'diarize',
  'transcribe',
  'dialogues',
  'retranscribe',
  'layout',
] as const;

function parsed(...words: string[]): CollectArguments {
  const command = addStepOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }), STEPS);
  return command.parse(['--work', 'w', '--out', 'o', ...words], { from: 'user' }).opts<CollectArguments>();
}

describe('options', () => {
  test('without any the library’s own are left', () => {
    expect(collectOptions(['a.mkv'], parsed(), COLLECT_OPTIONS)).toEqual({
      ...COLLECT_OPTIONS,
      inputs: ['a.mkv'],
      work: 'w',
      output: 'o',
    });
  });

  test('every number finds its place', () => {
    const words =
      '--maximum-silence 5 --minimum-speech 10 --minimum-speech-share 0.2 --minimum-decibels 6 --vad-threshold 0.4 --above-floor 12';
    const more =
      '--speakers 2 --cluster-threshold 0.7 --maximum-utterance 20 --minimum-speaker-share 0.5 --minimum-turns 4 --maximum-turn 15 --track 1';
    const options = collectOptions([], parsed(...words.split(' '), ...more.split(' ')), COLLECT_OPTIONS);
    expect(options).toMatchObject({
      extract: { sampleRate: 16000, track: 1 },
      vad: {
        kind: 'silero',
        energy: { aboveFloorDecibels: 12, minimumDecibels: -50 },
        silero: { threshold: 0.4 },
        scenes: { maximumSilenceSeconds: 5, minimumSpeechSeconds: 10, minimumSpeechShare: 0.2 },
      },
      separation: { noise: { minimumDecibels: 6 } },
      diarization: { sherpa: { speakers: 2, clusterThreshold: 0.7 } },
      transcription: { maximumSeconds: 20, speakers: { minimumSpeakerShare: 0.5 } },
      dialogues: { minimumTurns: 4, maximumTurnSeconds: 15 },
    });
  });

  test('who names a file means the kind of component that takes it', () => {
    const kinds = (...words: string[]) => {
      const { separation, enhancement, diarization, transcription } = collectOptions(
        [],
        parsed(...words),
        COLLECT_OPTIONS,
      );
      return [separation.kind, enhancement.kind, diarization.kind, transcription.kind];
    };
    expect(kinds()).toEqual(['rnnoise', 'none', 'clusters', 'pocketsphinx']);
    const models = '--separation-model s.json --enhancement-model e.json --embedding-model d.onnx --asr-model a';
    expect(kinds(...models.split(' '))).toEqual(['onnx', 'onnx', 'sherpa', 'sherpa']);
    expect(kinds('--rttm', 'x.rttm', '--separation', 'none', '--separation-model', 's.json')).toEqual([
      ...['none', 'none', 'rttm', 'pocketsphinx'],
    ]);
  });

  test.each([
    [['--vad', 'webrtc'], /choices are silero, energy/],
    [['--minimum-turns', '2.5'], /whole number/],
    [['--minimum-speech-share', '30'], /from 0 to 1/],
    [['--maximum-silence', 'long'], /give a number/],
  ])('%p is refused', (words, message) => {
    expect(() => parsed(...words)).toThrow(message);
  });
});

describe('the command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'collect-command-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...words: string[]): Promise<string> {
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const errors = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const program = new Command().exitOverride();
    addCollectCommand(program);
    try {
      await program.parseAsync(['collect', ...words], { from: 'user' });
      return lines.join('\n');
    } finally {
      log.mockRestore();
      errors.mockRestore();
    }
  }

  test('run, then one step by itself', async () => {
    const [recording, transcript, work, out] = ['tv.wav', 'tv.json', 'work', 'corpus'].map((name) =>
      path.join(folder, name),
    );
    writeFileSync(recording, interruptedTone(8000, 24));
    const segments = Array.from({ length: 8 }, (_, turn) => ({
      start: 3 * turn + 0.5,
      end: 3 * turn + 3,
      text: `Turn ${turn}.`,
      speaker: turn % 2,
    }));
    writeFileSync(transcript, JSON.stringify(segments));
    const kinds =
      '--vad energy --separation none --enhancement none --diarization transcripts --transcripts json'.split(' ');
    const report = await run(
      'run',
      recording,
      '--work',
      work,
      '--out',
      out,
      ...kinds,
      '--transcript-files',
      transcript,
      '--sample-rate',
      '8000',
    );
    expect(report).toMatch(/^extract: 1 episodes, 0\.4 min\n(?:.+\n)+layout: 1 dialogues, 0\.3 min$/);
    expect(readdirSync(path.join(out, '0'))).toHaveLength(17);
    expect(readFileSync(path.join(out, '0', '3_1_d0.txt'), 'utf8')).toBe('Turn 3.\n');
    const again = await run('vad', '--work', work, '--vad', 'energy', '--minimum-speech', '30').catch(
      (error: Error) => error.message,
    );
    expect(again).toMatch(/no scenes left after step vad; step vad left out 1 scenes: not over 30 s of speech/);
  });

  test('a model that is not named is asked for', async () => {
    // Whose step has a component that comes with a package is not asked for a file.
    const words = ['separate', '--separation', 'onnx', '--work', path.join(folder, 'none')];
    await expect(run(...words)).rejects.toThrow(/source separation model is needed and none is named/);
  });
});

/** 16-bit wav: a tone that is silent for the first half second of every three. */
function interruptedTone(sampleRate: number, seconds: number): Buffer {
  const bytes = Buffer.alloc(44 + 2 * sampleRate * seconds);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let i = 0; i < sampleRate * seconds; i++) {
    const value = (i / sampleRate) % 3 < 0.5 ? 0 : 8000 * Math.sin((2 * Math.PI * 300 * i) / sampleRate);
    bytes.writeInt16LE(Math.round(value), 44 + 2 * i);
  }
  return bytes;
}
