// Step 1: where somebody speaks, and the scenes that follow from it.
import { writeWavFile, type Audio } from '@gpt-talker/audio';
import { contentKey } from '../../files/hash';
import { cutScenes, SCENE_RULES, type Scene, type SceneRules } from '../rules/scenes';
import { scenesRecord, type ScenesRecord } from '../records';
import { Tally, type StepReport } from '../report';
import { rounded, secondsOf, type Span } from '../types';
import { type VoiceDetector } from '../vad/detector';
import { sceneNumber } from '../work';
import { type StepContext } from './context';

export async function findScenes(
  context: StepContext,
  detector: VoiceDetector,
  rules: SceneRules = SCENE_RULES,
): Promise<StepReport> {
  const { work, signal, onProgress } = context;
  const tally = new Tally('vad', 'scenes');
  for (const episode of await work.episodes()) {
    signal?.throwIfAborted();
    const key = contentKey('vad', 1, episode.key, detector.identity, rules);
    const done = await work.finished('vad', episode.name, scenesRecord, key);
    if (done) tally.resumed();
    const record = done ?? (await scenesOf(context, episode, key, detector, rules));
    for (const [index, scene] of record.scenes.entries()) {
      if (scene.reason === undefined) tally.keep(secondsOf(scene));
      else tally.leaveOut(scene.reason, `${episode.name}/${sceneNumber(index)}`, secondsOf(scene));
    }
    if (record.scenes.length === 0) tally.leaveOut('without speech', episode.name, episode.seconds);
    onProgress?.({ step: 'vad', unit: episode.name, resumed: done !== undefined });
  }
  return tally.report;
}

async function scenesOf(
  { work, signal }: StepContext,
  episode: { name: string; key: string; audio: string },
  key: string,
  detector: VoiceDetector,
  rules: SceneRules,
): Promise<ScenesRecord> {
  const audio = await work.audio(episode.audio);
  const scenes = cutScenes(await detector.detect(audio, signal), rules);
  await work.emptied('vad', episode.name);
  const written: ScenesRecord['scenes'] = [];
  for (const [index, scene] of scenes.entries()) {
    const file = `vad/${episode.name}/${sceneNumber(index)}.wav`;
    if (scene.reason === undefined) await writeWavFile(work.path(file), cut(audio, scene));
    written.push({ ...recorded(scene), ...(scene.reason === undefined ? { audio: file } : { reason: scene.reason }) });
  }
  const record = { key, from: episode.key, scenes: written };
  await work.write('vad', episode.name, record);
  return record;
}

function recorded({
  startSeconds,
  endSeconds,
  speech,
  speechSeconds,
}: Scene): Omit<ScenesRecord['scenes'][number], 'audio'> {
  return {
    startSeconds: rounded(startSeconds),
    endSeconds: rounded(endSeconds),
    speechSeconds: rounded(speechSeconds),
    speech: speech.map((span) => ({
      startSeconds: rounded(span.startSeconds - startSeconds),
      endSeconds: rounded(span.endSeconds - startSeconds),
    })),
  };
}

/** The sound of a span. */
export function cut({ samples, sampleRate }: Audio, { startSeconds, endSeconds }: Span): Audio {
  return {
    samples: samples.slice(Math.round(startSeconds * sampleRate), Math.round(endSeconds * sampleRate)),
    sampleRate,
  };
}
