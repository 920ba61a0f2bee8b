// What is said, by CMU Sphinx's pocketsphinx (https://github.com/cmusphinx/pocketsphinx) with its model of American English, which Debian and
// others carry as packages. Light and quick; what it understands is far from what larger models do: good for finding out what there is.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { resample, type Audio } from '@gpt-talker/audio';
import { DatasetError } from '../../errors';
import { notInstalled } from '../packaged';

const run = promisify(execFile);
const PROGRAM = 'pocketsphinx_batch';
/** Sample rate that its model takes. */
const SAMPLE_RATE = 16_000;
/** A line of its results: the words, and in brackets which recording and how likely. */
const RESULT = /^(.*?)\s*\((\d+)(?: [^)]*)?\)$/;
/** Second pronunciations of a word: `the(2)`. */
const VARIANT = /\(\d+\)/g;

export class PocketsphinxRecognizer {
  private constructor(readonly identity: unknown) {}

  /** @throws DatasetError `option` where the program or its model is not installed */
  static async open(): Promise<PocketsphinxRecognizer> {
    const recognizer = new PocketsphinxRecognizer(['pocketsphinx', 1]);
    // A moment of silence: whether it runs, and finds its model, shows now and not after hours.
    await recognizer.recognizeAll([{ samples: new Float32Array(SAMPLE_RATE / 2), sampleRate: SAMPLE_RATE }]);
    return recognizer;
  }

  async recognize(audio: Audio, signal?: AbortSignal): Promise<string> {
    return (await this.recognizeAll([audio], signal))[0];
  }

  /** The text of each recording, in one run of the program; empty where nothing was understood. */
  async recognizeAll(pieces: readonly Audio[], signal?: AbortSignal): Promise<string[]> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pocketsphinx-'));
    const at = (name: string) => path.join(folder, name);
    try {
      for (const [index, piece] of pieces.entries()) await writeFile(at(`${index}.raw`), await rawSound(piece));
      await writeFile(at('list'), pieces.map((_, index) => `${index}\n`).join(''));
      const files = ['-ctl', at('list'), '-cepdir', folder, '-cepext', '.raw', '-hyp', at('texts')];
      await run(PROGRAM, ['-adcin', 'yes', ...files, '-logfn', at('log')], { signal, cwd: folder });
      const texts = new Map(
        (await readFile(at('texts'), 'utf8')).split('\n').flatMap((line): [number, string][] => {
          const [, words, index] = RESULT.exec(line) ?? [];
          return index === undefined ? [] : [[Number(index), words.replace(VARIANT, '').trim()]];
        }),
      );
      return pieces.map((_, index) => texts.get(index) ?? '');
    } catch (error) {
      signal?.throwIfAborted();
      throw await failure(error as NodeJS.ErrnoException, at('log'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** 16-bit samples, as it reads them. */
async function rawSound(piece: Audio): Promise<Uint8Array> {
  const { samples } = await resample(piece, SAMPLE_RATE);
  const bytes = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) =>
    bytes.setInt16(2 * i, Math.max(-32_768, Math.min(32_767, Math.round(32_768 * sample))), true),
  );
  return new Uint8Array(bytes.buffer);
}

async function failure(error: NodeJS.ErrnoException, log: string): Promise<DatasetError> {
  const install = 'sudo apt-get install pocketsphinx pocketsphinx-en-us';
  const instead = 'choose --transcripts sherpa, srt or json';
  if (error.code === 'ENOENT') return notInstalled(PROGRAM, install, instead);
  const lines = await readFile(log, 'utf8').catch(() => '');
  const said =
    lines
      .split('\n')
      .filter((line) => /^(ERROR|FATAL)/.test(line))
      .at(-1) ?? error.message.split('\n')[0];
  const message = `${PROGRAM} fails (${said.trim()}); run '${install}', or ${instead}`;
  return new DatasetError('option', message, { cause: error });
}
