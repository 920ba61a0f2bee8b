// Step 4, first half: who speaks when. From how voices sound, from a model, from RTTM files, or left to transcripts that name their speakers.
import { episodeFile } from '../imports/episode-file';
import { parseRttm } from '../imports/rttm';
import { type StepReport } from '../report';
import { withinScene } from '../rules/speakers';
import { type ClusterDiarizer } from '../clusters/diarizer';
import { type SherpaDiarizer } from '../sherpa/diarizer';
import { rounded, type SpeakerSpan } from '../types';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';

export type SpeakerSource =
  | { kind: 'clusters'; diarizer: ClusterDiarizer }
  | { kind: 'sherpa'; diarizer: SherpaDiarizer }
  /** An RTTM file in which recordings have the episodes' names, or a folder of {episode}.rttm. */
  | { kind: 'rttm'; location: string }
  | { kind: 'transcripts' };

const NOBODY = 'without speakers';

export async function diarize(context: StepContext, source: SpeakerSource): Promise<StepReport> {
  return runSceneStep(context, {
    step: 'diarize',
    async identity({ episode }) {
      if ('diarizer' in source) return source.diarizer.identity;
      if (source.kind === 'transcripts') return 'transcripts';
      return ['rttm', (await episodeFile(source.location, episode, '.rttm'))?.sha256 ?? null];
    },
    async make(scene) {
      if (source.kind === 'transcripts') return { speakers: [] };
      const spans =
        'diarizer' in source
          ? await source.diarizer.diarize(await context.work.audio(scene.audio), scene.speech, context.signal)
          : (await rttmOf(source.location, scene.episode)).flatMap((span) => withinScene(span, scene) ?? []);
      const speakers = spans.sort((a, b) => a.startSeconds - b.startSeconds).map(recorded);
      return speakers.length === 0 ? { reason: NOBODY } : { speakers };
    },
  });
}

/** A file for several episodes names them; a file of its own in a folder is taken as it is. */
async function rttmOf(location: string, episode: string): Promise<SpeakerSpan[]> {
  const found = await episodeFile(location, episode, '.rttm');
  if (found === undefined) return [];
  const recordings = parseRttm(found.text, found.file);
  if (found.file !== location) return [...recordings.values()].flat();
  return recordings.get(episode) ?? [];
}

function recorded({ startSeconds, endSeconds, speaker }: SpeakerSpan): SpeakerSpan {
  return { startSeconds: rounded(startSeconds), endSeconds: rounded(endSeconds), speaker };
}
