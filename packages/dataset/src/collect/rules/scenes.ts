// Step 1's rule (NCSSD, section 3.2; upstream pipeline/step-1.py): an episode is cut where nobody speaks for more than 4 s, and a
// piece is kept if it has over 15 s of speech that make up over 30 % of it. The released script forgets the first utterance
// of every piece and the whole last piece; here both count.
import { secondsOf, type Span } from '../types';

export interface SceneRules {
  /** A longer silence ends a scene. */
  maximumSilenceSeconds: number;
  /** A scene needs more speech than this. */
  minimumSpeechSeconds: number;
  /** Speech must be more than this share of a scene, 0 to 1. */
  minimumSpeechShare: number;
}

export const SCENE_RULES: SceneRules = {
  maximumSilenceSeconds: 4,
  minimumSpeechSeconds: 15,
  minimumSpeechShare: 0.3,
};

export interface Scene extends Span {
  speechSeconds: number;
  /** Where somebody speaks, in the episode's time. */
  speech: Span[];
  /** Why it is not kept. */
  reason?: string;
}

/**
 * Scenes of an episode in order, those that are not kept with a reason.
 * @param speech where somebody speaks, in any order
 */
export function cutScenes(speech: readonly Span[], rules: SceneRules = SCENE_RULES): Scene[] {
  const groups: Span[][] = [];
  for (const span of joined(speech)) {
    const last = groups.at(-1)?.at(-1);
    if (last && span.startSeconds - last.endSeconds <= rules.maximumSilenceSeconds) groups.at(-1)?.push(span);
    else groups.push([span]);
  }
  return groups.map((group) => {
    const scene: Scene = {
      startSeconds: group[0].startSeconds,
      endSeconds: group[group.length - 1].endSeconds,
      speechSeconds: group.reduce((sum, span) => sum + secondsOf(span), 0),
      speech: group,
    };
    const reason = reasonAgainst(scene, rules);
    return reason === undefined ? scene : { ...scene, reason };
  });
}

function reasonAgainst(scene: Scene, { minimumSpeechSeconds, minimumSpeechShare }: SceneRules): string | undefined {
  if (scene.speechSeconds <= minimumSpeechSeconds) return `not over ${minimumSpeechSeconds} s of speech`;
  if (scene.speechSeconds <= minimumSpeechShare * secondsOf(scene)) {
    return `not over ${Math.round(100 * minimumSpeechShare)} % speech`;
  }
  return undefined;
}

/** Spans in order, overlapping ones as one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.startSeconds - b.startSeconds)) {
    const last = result.at(-1);
    if (last && span.startSeconds <= last.endSeconds) last.endSeconds = Math.max(last.endSeconds, span.endSeconds);
    else result.push({ startSeconds: span.startSeconds, endSeconds: span.endSeconds });
  }
  return result;
}
