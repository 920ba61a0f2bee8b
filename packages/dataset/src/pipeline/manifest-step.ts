// Step 1: every turn with the hash of its recording's bytes, by which all later work on it is recognised.
import { readFile, stat } from 'node:fs/promises';
import { DatasetError } from '../errors';
import { isMissing } from '../files/missing';
import { writeAtomically } from '../files/atomic';
import { contentKey, sha256 } from '../files/hash';
import { stepFile } from '../store/layout';
import { type ChunkTurn, type PlannedTurn, type StepResult } from './chunk';

export async function manifestStep(output: string, turns: readonly PlannedTurn[]): Promise<StepResult> {
  const described: ChunkTurn[] = [];
  const missing: string[] = [];
  for (const turn of turns) {
    await refuseNoFile(turn.audio);
    const bytes = await readFile(turn.audio).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') missing.push(turn.audio);
      return new Uint8Array(0);
    });
    described.push({
      ...turn,
      sha256: bytes.length > 0 ? sha256(bytes) : '',
      aboutSeconds: secondsByHeader(bytes),
    });
  }
  const content = described.map((turn) => `${JSON.stringify(turn)}\n`).join('');
  const key = contentKey('manifest', content);
  const file = stepFile(output, 'manifest', key);
  const done = await stat(file).then(({ size }) => size === Buffer.byteLength(content), isMissing);
  if (!done) await writeAtomically(file, content);
  return {
    key,
    turns: turns.length,
    seconds: described.reduce((sum, turn) => sum + turn.aboutSeconds, 0),
    recognised: done,
    ...(missing.length > 0 && { missing }),
  };
}

/**
 * A pipe or a device might never end, and nothing would say so. What is not there at all is skipped later, by name.
 * @throws DatasetError `manifest`
 */
async function refuseNoFile(recording: string): Promise<void> {
  const found = await stat(recording).catch(() => undefined);
  if (!found || found.isFile()) return;
  const kind = found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a named pipe' : 'a device or socket';
  throw new DatasetError('manifest', `${recording}: is ${kind} where a recording is named; name a sound file`);
}

/** Good enough for a progress display; what is kept is measured when the file is decoded. */
function secondsByHeader(bytes: Uint8Array): number {
  if (bytes.length < 44 || bytes[0] !== 0x52) return 0;
  const bytesPerSecond = new DataView(bytes.buffer, bytes.byteOffset).getUint32(28, true);
  return bytesPerSecond === 0 ? 0 : Math.round(((bytes.length - 44) / bytesPerSecond) * 1000) / 1000;
}
