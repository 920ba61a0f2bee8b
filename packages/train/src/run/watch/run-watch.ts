// Everything by which a run can be watched from outside: TensorBoard's event files, samples (pictures and sound) beside the
// checkpoints, and at the end a report that needs nothing but a browser.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWav, type Audio } from '@gpt-talker/audio';
import { writeAtomically } from '@gpt-talker/dataset';
import { LOG_FILE, readLog, type LogEntry } from '../run';
import { EventFile } from './event-file';
import type { Picture } from './picture';
import { runReport, type ReportSample } from './run-report';

/** Something to look at or to listen to. */
export interface Illustration {
  /** For example `validation/0/made`. */
  tag: string;
  picture?: Picture;
  audio?: Audio;
}

export const EVENTS_FOLDER = 'tensorboard';
export const SAMPLES_FOLDER = 'samples';
export const REPORT_FILE = 'report.html';

export class RunWatch {
  private constructor(
    private readonly directory: string,
    private readonly events: EventFile,
  ) {}

  static async open(directory: string): Promise<RunWatch> {
    return new RunWatch(directory, await EventFile.create(path.join(directory, EVENTS_FOLDER)));
  }

  async log({ kind, step, metrics, learningRate, speed }: LogEntry): Promise<void> {
    for (const [name, value] of Object.entries(metrics)) await this.events.scalar(`${kind}/${name}`, step, value);
    if (learningRate !== undefined) await this.events.scalar('learning_rate', step, learningRate);
    if (speed) await this.events.scalar(`speed/${speed.unit.replace(/\W+/g, '_')}_per_second`, step, speed.perSecond);
  }

  /** Writes samples for TensorBoard and for the report; those of a later step take the place of earlier ones in the report. */
  async illustrate(step: number, illustrations: readonly Illustration[]): Promise<void> {
    for (const { tag, picture, audio } of illustrations) {
      const file = path.join(this.directory, SAMPLES_FOLDER, tag.replace(/\W+/g, '-'));
      if (picture) {
        await this.events.image(tag, step, picture);
        await writeAtomically(`${file}.png`, picture.png);
      }
      if (audio) {
        const { sampleRate, samples } = audio;
        const wav = writeWav(audio);
        await this.events.audio(tag, step, { sampleRate, samples: samples.length, wav });
        await writeAtomically(`${file}.wav`, wav);
      }
    }
  }

  /** Closes the event file and writes the report. */
  async close(title: string): Promise<string> {
    await this.events.close();
    const file = path.join(this.directory, REPORT_FILE);
    const log = await readLog(path.join(this.directory, LOG_FILE));
    await writeAtomically(file, runReport(title, log, await readSamples(path.join(this.directory, SAMPLES_FOLDER))));
    return file;
  }
}

async function readSamples(folder: string): Promise<ReportSample[]> {
  const names = (await readdir(folder).catch(() => [] as string[])).sort();
  const samples = new Map<string, ReportSample>();
  for (const name of names) {
    const { name: tag, ext } = path.parse(name);
    const sample = samples.get(tag) ?? { tag };
    const bytes = await readFile(path.join(folder, name));
    samples.set(tag, { ...sample, ...(ext === '.png' ? { png: bytes } : ext === '.wav' ? { wav: bytes } : {}) });
  }
  return [...samples.values()];
}
