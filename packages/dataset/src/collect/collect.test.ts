// The whole collection on a made-up episode, with what is at hand: ffmpeg, Silero's model from an npm package, a made-up enhancement
// model, speakers as RTTM and texts as subtitles. What comes out is read back by this package's own NCSSD reader.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readWavFile, rootMeanSquare, writeWav } from '@gpt-talker/audio';
import * as tf from '@tensorflow/tfjs-core';
import { makeEpisode, type Episode } from '../../test/collect-episode';
import { SAMPLE_RATE, sileroModel, temporaryFolder, testWith, tone, writeModel } from '../../test/collect-support';
import { openCorpus } from '../corpus/open-corpus';
import { type SourceDialogue } from '../corpus/types';
import { collect } from './collect';
import { COLLECT_OPTIONS, type CollectOptions } from './options';
import { reportText } from './report';

tf.enableProdMode();
const folder = temporaryFolder();
const at = (...parts: string[]) => path.join(folder, ...parts);

/** Silero, a model that lets everything below 7 kHz through, RTTM and SRT. */
function options(name: string, more: Partial<CollectOptions> = {}): CollectOptions {
  return {
    ...COLLECT_OPTIONS,
    inputs: [at('show-01.mkv')],
    work: at(name, 'work'),
    output: at(name, 'corpus'),
    vad: { ...COLLECT_OPTIONS.vad, model: sileroModel(5) },
    separation: { ...COLLECT_OPTIONS.separation, kind: 'none' },
    enhancement: { kind: 'onnx', model: at('enhance.json') },
    diarization: { ...COLLECT_OPTIONS.diarization, kind: 'rttm', location: at('speakers.rttm') },
    transcription: { ...COLLECT_OPTIONS.transcription, kind: 'srt', location: at('subtitles') },
    ...more,
  };
}

interface Metadata {
  dialog: number;
  utterents: Record<string, { start: number; end: number; duration: number }>;
}

async function readBack(corpus: string): Promise<SourceDialogue[]> {
  const remarks: string[] = [];
  const reader = await openCorpus(corpus, { format: 'ncssd' });
  const dialogues: SourceDialogue[] = [];
  const remark = (what: string, name: string) => remarks.push(`${what}: ${name}`);
  for await (const dialogue of reader.dialogues({ skip: remark, note: remark })) dialogues.push(dialogue);
  expect(remarks).toEqual([]);
  return dialogues;
}

/** Every file below a folder, with its content. */
function contents(root: string, below = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(path.join(root, below), { withFileTypes: true })) {
    const name = path.join(below, entry.name);
    if (entry.isDirectory()) Object.assign(files, contents(root, name));
    else files[name] = readFileSync(path.join(root, name)).toString('base64');
  }
  return files;
}

/** The video: a black picture, and the episode's sound in two channels at 48 kHz. */
function writeVideo(episode: Episode): void {
  writeFileSync(at('sound.wav'), writeWav({ samples: episode.samples, sampleRate: SAMPLE_RATE }));
  const picture = ['-f', 'lavfi', '-i', 'color=size=16x16:rate=1', '-i', at('sound.wav'), '-shortest'];
  const coding = ['-c:v', 'mjpeg', '-c:a', 'flac', '-ar', '48000', '-ac', '2'];
  execFileSync('ffmpeg', ['-v', 'error', ...picture, ...coding, '-y', at('show-01.mkv')]);
  rmSync(at('sound.wav'));
}

async function prepareEpisode(): Promise<Episode> {
  const episode = await makeEpisode('show-01', folder);
  writeVideo(episode);
  writeFileSync(at('speakers.rttm'), episode.rttm);
  mkdirSync(at('subtitles'), { recursive: true });
  writeFileSync(at('subtitles', 'show-01.srt'), episode.srt);
  const mask = tf.tensor3d(
    Array.from({ length: 257 }, (_, bin) => (bin < 224 ? 1 : 0)),
    [1, 257, 1],
  );
  writeModel(
    folder,
    'enhance',
    ({ x }) => ({ m: tf.mul(tf.onesLike(x), mask) }),
    [{ name: 'x', shape: [1, 257, 'T'] }],
    {
      kind: 'spectrum',
      sampleRate: SAMPLE_RATE,
      fftSize: 512,
      hopSamples: 256,
      input: { axes: ['batch', 'bins', 'frames'] },
      output: { axes: ['batch', 'bins', 'frames'], gives: 'mask' },
    },
  );
  return episode;
}

const withPrograms = testWith('flite', 'ffmpeg');

withPrograms(
  'an episode becomes a corpus that the NCSSD reader reads; stopped and run again it becomes the same',
  async () => {
    const episode = await prepareEpisode();
    const reports = await collect(options('whole'));
    expect(
      reportText(reports)
        .split('\n')
        .map((line) => line.replace(/, [\d.]+ min|\([\d.]+ min\) /g, '')),
    ).toEqual([
      'extract: 1 episodes',
      'vad: 3 scenes; left out: 1 not over 15 s of speech',
      'separate: 2 scenes; left out: 1 voice not over 4 dB above the background',
      'enhance: 2 scenes',
      'diarize: 2 scenes',
      'transcribe: 2 scenes',
      'dialogues: 1 scenes; left out: 1 without two speakers who have 3 turns each',
      'retranscribe: 1 scenes',
      'layout: 1 dialogues',
    ]);

    const [dialogue, ...others] = await readBack(at('whole', 'corpus'));
    expect(others).toEqual([]);
    expect(
      dialogue.turns.map(({ name, number, role, speaker, text }) => ({ name, number, role, speaker, text })),
    ).toEqual(
      episode.turns.map(({ speaker, text }, number) => ({
        name: `${number}_${speaker === 'anna' ? 0 : 1}_d0.wav`,
        number,
        role: speaker === 'anna' ? 'user' : 'agent',
        speaker: speaker === 'anna' ? '0' : '1',
        text,
      })),
    );
    const { dialog, utterents } = JSON.parse(
      readFileSync(at('whole', 'corpus', '0', 'metadata.json'), 'utf8'),
    ) as Metadata;
    expect([dialog, Object.keys(utterents).length]).toEqual([0, 8]);
    for (const [index, turn] of episode.turns.entries()) {
      const { start, end, duration } = utterents[index];
      // A scene begins and ends where Silero detects the first and last word, within flite's silence around a sentence.
      expect(Math.abs(start - turn.startSeconds)).toBeLessThan(index === 0 ? 0.3 : 0.002);
      expect(Math.abs(end - turn.endSeconds)).toBeLessThan(index === 7 ? 0.3 : 0.002);
      const { samples, sampleRate } = await readWavFile(dialogue.turns[index].audio);
      expect([sampleRate, Math.abs(samples.length / sampleRate - duration) < 0.006]).toEqual([SAMPLE_RATE, true]);
      const first = Math.round(start * SAMPLE_RATE);
      expect(correlation(samples, episode.samples.subarray(first, first + samples.length))).toBeGreaterThan(0.98);
    }

    // Run again: everything is found done, and nothing is written again.
    const written = statSync(at('whole', 'corpus', '0', 'metadata.json')).mtimeMs;
    const again = await collect(options('whole'));
    expect(again.map(({ resumed }) => resumed)).toEqual([1, 1, 3, 2, 2, 2, 2, 1, 1]);
    expect(statSync(at('whole', 'corpus', '0', 'metadata.json')).mtimeMs).toBe(written);

    // Stopped after every third piece of work: in the end there is the same.
    let [stops, pieces] = [0, 0];
    for (let finished = false; !finished;) {
      const stop = new AbortController();
      const onProgress = ({ resumed }: { resumed: boolean }) => resumed || ++pieces % 3 || stop.abort();
      finished = await collect(options('stopped'), { signal: stop.signal, onProgress }).then(
        () => true,
        (error: Error & { code?: string }) => {
          if (error.code !== 'cancelled') throw error;
          return false;
        },
      );
      stops += finished ? 0 : 1;
    }
    expect(stops).toBeGreaterThan(3);
    expect(contents(at('stopped', 'corpus'))).toEqual(contents(at('whole', 'corpus')));

    // Other thresholds: only what depends on them is made again, and dialogues that are no more are removed.
    const strict = { ...options('whole'), dialogues: { ...COLLECT_OPTIONS.dialogues, minimumTurns: 5 } };
    await expect(collect(strict)).rejects.toMatchObject({
      code: 'empty',
      message: expect.stringContaining('step dialogues left out 2 scenes: without two speakers who have 5 turns each'),
    });
    expect(readdirSync(at('whole', 'corpus'))).toEqual([]);
  },
  300_000,
);

function correlation(first: Float32Array, second: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += first[i] * second[i];
  return sum / (first.length * rootMeanSquare(first) * rootMeanSquare(second));
}

describe('steps alone', () => {
  /** A tone that stops now and then, as wav: needs no program. At a low rate, so that the tests are quick. */
  const RATE = 4000;
  const recording = at('tones.wav');
  const lone = (name: string, more: Partial<CollectOptions> = {}) =>
    options(name, {
      inputs: [recording],
      extract: { ...COLLECT_OPTIONS.extract, sampleRate: RATE },
      vad: { ...COLLECT_OPTIONS.vad, kind: 'energy' },
      enhancement: { kind: 'none' },
      diarization: { ...COLLECT_OPTIONS.diarization, kind: 'transcripts' },
      transcription: { ...COLLECT_OPTIONS.transcription, kind: 'json', location: at('tones.json') },
      ...more,
    });

  beforeAll(() => {
    const samples = tone(300, 24 * RATE, 0.3, RATE);
    const segments = [];
    for (let turn = 0; turn < 8; turn++) {
      samples.fill(0, 3 * turn * RATE, (3 * turn + 0.5) * RATE);
      segments.push({ start: 3 * turn + 0.5, end: 3 * turn + 3, text: `Sentence ${turn}.`, speaker: turn % 2 });
    }
    writeFileSync(recording, writeWav({ samples, sampleRate: RATE }));
    writeFileSync(at('tones.json'), JSON.stringify({ segments }));
  });

  test('each runs by itself, on what the one before has left', async () => {
    const steps = [
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
    for (const step of steps) {
      const [report] = await collect(lone('alone'), { steps: [step] });
      expect([report.step, report.kept]).toEqual([step, 1]);
    }
    const [dialogue] = await readBack(at('alone', 'corpus'));
    expect(dialogue.turns.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, (_, turn) => `Sentence ${turn}.`));
  });

  test('a step whose forerunner is not done, or done again, says so', async () => {
    await expect(collect(lone('early'), { steps: ['vad'] })).rejects.toThrow(
      /no episode has been extracted; run 'collect extract'/,
    );
    await collect(lone('early'), { steps: ['extract', 'vad'] });
    await expect(collect(lone('early'), { steps: ['enhance'] })).rejects.toThrow(
      /step separate is not done for tones\/0000.*run 'collect separate/,
    );
    await collect(lone('early'), { steps: ['separate', 'enhance'] });
    const noise = { kind: 'none' as const, noise: { minimumDecibels: 3 } };
    await collect(lone('early', { separation: noise }), { steps: ['separate'] });
    await expect(collect(lone('early'), { steps: ['diarize'] })).rejects.toThrow(
      /step enhance is not done for tones\/0000, or what came before it has changed/,
    );
  });

  test('what is missing is told before any work begins', async () => {
    const missing = lone('missing', { enhancement: { kind: 'onnx', model: at('nowhere.json') } });
    await expect(collect(missing)).rejects.toThrow(
      /nowhere\.json: the speech enhancement model is not there; get it from https:/,
    );
    expect(readdirSync(at('missing', 'work'))).toEqual([]);
  });

  test('recordings that cannot be used are named, and the others go on', async () => {
    mkdirSync(at('many', 'b'), { recursive: true });
    writeFileSync(at('many', 'broken.wav'), 'RIFF');
    writeFileSync(at('many', 'tones.wav'), readFileSync(recording));
    writeFileSync(at('many', 'b', 'tones.flac'), '');
    const inputs = [at('many'), at('many', 'b')];
    const [report] = await collect(lone('broken', { inputs }), { steps: ['extract'] });
    expect(report.kept).toBe(1);
    expect(Object.entries(report.leftOut).map(([reason, { names }]) => [reason, names.length])).toEqual([
      ['without sound that can be decoded', 1],
      ['with the name of another recording', 1],
    ]);
    await expect(collect(lone('none', { inputs: [at('nothing')] }), { steps: ['extract'] })).rejects.toThrow(
      /nothing: cannot be opened \(ENOENT\)/,
    );
    mkdirSync(at('empty'));
    await expect(collect(lone('none', { inputs: [at('empty')] }), { steps: ['extract'] })).rejects.toThrow(
      /no video or sound file there/,
    );
  });

  test('a missing ffmpeg is said', async () => {
    writeFileSync(at('film.mkv'), 'matroska');
    const extract = { ...COLLECT_OPTIONS.extract, ffmpeg: 'no-such-ffmpeg' };
    await expect(collect(lone('film', { inputs: [at('film.mkv')], extract }), { steps: ['extract'] })).rejects.toThrow(
      /film\.mkv: no-such-ffmpeg cannot be run to extract its sound; install ffmpeg/,
    );
  });

  test('folders that were not made here are left alone', async () => {
    mkdirSync(at('mine', 'corpus', '0'), { recursive: true });
    writeFileSync(at('mine', 'corpus', '0', 'diary.txt'), 'mine');
    await expect(collect(lone('mine'))).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('was not made by this program'),
    });
    expect(readFileSync(at('mine', 'corpus', '0', 'diary.txt'), 'utf8')).toBe('mine');
  });

  test('one transcript for several episodes is refused', async () => {
    writeFileSync(at('second.wav'), readFileSync(recording));
    const two = lone('two', { inputs: [recording, at('second.wav')] });
    await expect(collect(two)).rejects.toThrow(/one transcript, but 2 episodes; name a folder of \{episode\}\.json/);
  });
});
