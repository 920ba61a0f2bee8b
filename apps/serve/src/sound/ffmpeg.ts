// Compressed sound through the system's ffmpeg: samples go into its standard input while bytes come out of its standard output.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Audio } from '@gpt-talker/audio';
import { pcmBytes } from './pcm';
import { FFMPEG_METADATA } from './synthetic-mark';

/** What is made by it; mp3 and opus are made by encoders of ours. */
export type FfmpegFormat = 'aac' | 'flac' | 'ogg';

interface Recipe {
  encoder: string;
  arguments: string[];
}

const RECIPES: Record<FfmpegFormat, Recipe> = {
  ogg: { encoder: 'libvorbis', arguments: ['-q:a', '5', '-page_duration', '100000', '-f', 'ogg'] },
  aac: { encoder: 'aac', arguments: ['-b:a', '96k', '-write_id3v2', '1', '-f', 'adts'] },
  flac: { encoder: 'flac', arguments: ['-f', 'flac'] },
};

/** What the ffmpeg of this machine can do. */
export class Ffmpeg {
  private constructor(
    private readonly encoders: ReadonlySet<string>,
    private readonly absence: string,
  ) {}

  /** Looks ffmpeg up, once; it need not be there. */
  static async find(program = 'ffmpeg'): Promise<Ffmpeg> {
    try {
      const { stdout } = await promisify(execFile)(program, ['-hide_banner', '-encoders'], { timeout: 10_000 });
      return new Ffmpeg(new Set([...stdout.matchAll(/^ A\S+ (\S+)/gm)].map(([, name]) => name)), '');
    } catch {
      return new Ffmpeg(new Set(), 'ffmpeg is not installed on this server');
    }
  }

  /** Why a format cannot be made; undefined where it can. */
  reason(format: FfmpegFormat): string | undefined {
    const { encoder } = RECIPES[format];
    if (this.encoders.has(encoder)) return undefined;
    return this.absence || `the server's ffmpeg has no encoder ${encoder}`;
  }

  /** Encodes chunks while they come. Leaving early, or a failing source, ends the program. @throws Error when ffmpeg fails */
  async *encode(format: FfmpegFormat, sampleRate: number, chunks: AsyncIterable<Audio>): AsyncGenerator<Buffer> {
    const { encoder, arguments: output } = RECIPES[format];
    const input = ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0'];
    const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin'];
    const child = spawn(
      'ffmpeg',
      [...quiet, ...input, ...FFMPEG_METADATA, '-c:a', encoder, ...output, '-flush_packets', '1', 'pipe:1'],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    let complaint = '';
    child.stderr.on('data', (part) => (complaint += part));
    child.stdin.on('error', () => {}); // told by the exit code
    const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
    let failure: { error: unknown } | undefined;
    const feeding = (async () => {
      try {
        for await (const { samples } of chunks)
          if (!child.stdin.write(pcmBytes(samples))) await Promise.race([once(child.stdin, 'drain'), ended]);
        child.stdin.end();
      } catch (error) {
        failure = { error };
        child.kill('SIGKILL');
      }
    })();
    try {
      for await (const bytes of child.stdout) yield bytes as Buffer;
      await feeding;
      const code = await ended;
      if (failure) throw failure.error;
      if (code !== 0) throw new Error(`ffmpeg failed with exit code ${code}: ${complaint.trim().replace(/\s+/g, ' ')}`);
    } finally {
      child.kill('SIGKILL');
    }
  }
}
