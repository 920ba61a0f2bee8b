// An independent listener: CMU's pocketsphinx with its own American English model and language model, which was not trained on our
// voices. All utterances of a list are recognised in one process; loading the models takes longer than a sentence.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Audio, resample, writeWavFile } from '@gpt-talker/audio';

const run = promisify(execFile);

const PROGRAM = 'pocketsphinx_batch';
/** Where Debian's pocketsphinx-en-us puts its model. */
const MODEL = '/usr/share/pocketsphinx/model/en-us';
/** What the model was trained on. */
const SAMPLE_RATE = 16000;
const WAV_HEADER_BYTES = 44;

/** The recogniser is there but failed. */
export class RecognizerError extends Error {
  readonly code = 'RECOGNIZER';
}

/** Whether the recogniser is installed (Debian, Ubuntu: apt-get install pocketsphinx pocketsphinx-en-us). */
export async function hasRecognizer(program = PROGRAM, model = MODEL): Promise<boolean> {
  if (!existsSync(path.join(model, 'en-us.lm.bin'))) return false;
  // Without arguments it lists them and fails; a missing program is the only thing of interest.
  return run(program, []).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

/**
 * What is recognised in each utterance, in small letters without punctuation; '' where nothing is.
 * @throws RecognizerError where the program fails or loses an utterance
 */
export async function recognize(utterances: readonly Audio[]): Promise<string[]> {
  if (utterances.length === 0) return [];
  const folder = await mkdtemp(path.join(tmpdir(), 'recognizer-'));
  try {
    const names = utterances.map((_, index) => `u${index}`);
    for (const [index, audio] of utterances.entries())
      await writeWavFile(
        path.join(folder, `${names[index]}.wav`),
        audio.sampleRate === SAMPLE_RATE ? audio : await resample(audio, SAMPLE_RATE),
      );
    await writeFile(path.join(folder, 'list'), names.map((name) => `${name}\n`).join(''));
    await recognizeFolder(folder);
    const heard = new Map<string, string>();
    for (const line of (await readFile(path.join(folder, 'heard'), 'utf8')).split('\n')) {
      const [, words, name] = /^(.*?) ?\((\S+) -?\d+\)$/.exec(line) ?? [];
      if (name) heard.set(name, words);
    }
    return names.map((name, index) => {
      const words = heard.get(name);
      if (words === undefined)
        throw new RecognizerError(
          `${PROGRAM}: said nothing about utterance ${index + 1}; run it again without other load`,
        );
      return words;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recognizeFolder(folder: string): Promise<void> {
  const settings = {
    hmm: path.join(MODEL, 'en-us'),
    lm: path.join(MODEL, 'en-us.lm.bin'),
    dict: path.join(MODEL, 'cmudict-en-us.dict'),
    adcin: 'yes',
    adchdr: String(WAV_HEADER_BYTES),
    // The default carries the mean of one utterance over to the next: what is recognised would depend on what came before.
    cmn: 'batch',
    cepdir: folder,
    cepext: '.wav',
    ctl: path.join(folder, 'list'),
    hyp: path.join(folder, 'heard'),
    logfn: path.join(folder, 'log'),
  };
  try {
    await run(
      PROGRAM,
      Object.entries(settings).flatMap(([name, value]) => [`-${name}`, value]),
    );
  } catch (error) {
    throw new RecognizerError(`${PROGRAM}: ${(error as Error).message.split('\n')[0]}; check the installation`);
  }
}
