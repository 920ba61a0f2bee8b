// From a manifest to a prepared corpus: phonemes of every text, semantic tokens of every recording. What is left out is counted
// by reason, never dropped silently.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AudioFileError, readWavFile, type Audio } from '@gpt-talker/audio';
import { phonemize, TextError, type SpeechEncoder } from '@gpt-talker/tokenizer';
import { DatasetError } from './errors';
import { readManifest, type ManifestTurn } from './manifest';
import type { PreparedDialogue, PreparedTurn } from './prepared';

export interface PrepareOptions {
  manifest: string;
  /** The prepared corpus to write. */
  output: string;
  encoder: SpeechEncoder;
  /** Longer turns are left out. */
  maximumSeconds?: number;
  onProgress?: (progress: PrepareReport) => void;
}

export interface PrepareReport {
  dialogues: number;
  turns: number;
  seconds: number;
  /** Left-out turns by reason, each with the names of their recordings. */
  skipped: Record<string, string[]>;
}

/** A turn that cannot be used cuts its dialogue there: what follows would have a hole in its history. */
class Unusable extends Error {}

/**
 * @returns what was kept and what was left out
 * @throws DatasetError where nothing usable is left
 */
export async function prepare({
  manifest,
  output,
  encoder,
  maximumSeconds = 54,
  onProgress,
}: PrepareOptions): Promise<PrepareReport> {
  const report: PrepareReport = { dialogues: 0, turns: 0, seconds: 0, skipped: {} };
  await mkdir(path.dirname(path.resolve(output)), { recursive: true });
  const partial = `${output}.partial`;
  const stream = createWriteStream(partial);
  try {
    for await (const dialogue of readManifest(manifest)) {
      for (const part of await usableParts(dialogue.turns, encoder, maximumSeconds, report)) {
        const id = part.first === 0 ? dialogue.id : `${dialogue.id}+${part.first}`;
        const line: PreparedDialogue = { id, split: dialogue.split, turns: part.turns };
        if (!stream.write(JSON.stringify(line) + '\n')) await once(stream, 'drain');
        report.dialogues++;
        report.turns += part.turns.length;
        report.seconds += part.turns.reduce((sum, turn) => sum + turn.seconds, 0);
      }
      onProgress?.(report);
    }
    stream.end();
    await once(stream, 'finish');
    if (report.turns === 0) {
      const reasons = Object.entries(report.skipped).map(([reason, names]) => `${names.length} ${reason}`);
      throw new DatasetError('empty', `${manifest}: no usable turn (${reasons.join(', ') || 'the manifest is empty'})`);
    }
    await rename(partial, output);
    return report;
  } catch (error) {
    stream.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}

async function usableParts(
  turns: ManifestTurn[],
  encoder: SpeechEncoder,
  maximumSeconds: number,
  report: PrepareReport,
) {
  const parts: { first: number; turns: PreparedTurn[] }[] = [];
  let current: PreparedTurn[] = [];
  for (const [index, turn] of turns.entries()) {
    try {
      const prepared = await prepareTurn(turn, encoder, maximumSeconds);
      if (current.length === 0) parts.push({ first: index, turns: current });
      current.push(prepared);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      (report.skipped[error.message] ??= []).push(turn.audio ?? turn.text);
      current = [];
    }
  }
  return parts;
}

async function prepareTurn(turn: ManifestTurn, encoder: SpeechEncoder, maximumSeconds: number): Promise<PreparedTurn> {
  if (turn.audio === undefined) throw new Unusable('without audio');
  let audio: Audio;
  let phonemes: number[];
  try {
    audio = await readWavFile(turn.audio);
    phonemes = [...(await phonemize(turn.text, { language: turn.language })).ids];
  } catch (error) {
    if (error instanceof AudioFileError) throw new Unusable('with unreadable audio');
    if (error instanceof TextError) throw new Unusable('without speakable text');
    throw error;
  }
  const seconds = audio.samples.length / audio.sampleRate;
  if (seconds > maximumSeconds) throw new Unusable(`over ${maximumSeconds} s`);
  const tokens = [...(await encoder.encode(audio))];
  const { role, speaker = role, text, style } = turn;
  return { role, speaker, text, style, phonemes, tokens, audio: turn.audio, seconds };
}
