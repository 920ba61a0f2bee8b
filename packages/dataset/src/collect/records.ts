// What the steps leave in the work folder: one JSON record for each episode or scene, written last, so that a record without its
// sound cannot be. A record's key says what it was made from; the next step's record says which key it followed.
import { z } from 'zod';

const span = { startSeconds: z.number(), endSeconds: z.number() };
const spans = z.array(z.object(span));
const turn = z.object({ ...span, speaker: z.string(), text: z.string() });

/** Steps that work on scenes, in order. */
export const SCENE_STEPS = ['separate', 'enhance', 'diarize', 'transcribe', 'dialogues', 'retranscribe'] as const;
export type SceneStep = (typeof SCENE_STEPS)[number];

export const STEPS = ['extract', 'vad', ...SCENE_STEPS, 'layout'] as const;
export type StepName = (typeof STEPS)[number];

/** `extract/{episode}.json` */
export const episodeRecord = z.object({
  key: z.string(),
  source: z.string(),
  /** Paths are relative to the work folder, with forward slashes. */
  audio: z.string(),
  sampleRate: z.number(),
  seconds: z.number(),
});
export type EpisodeRecord = z.infer<typeof episodeRecord>;

const scene = z.object({
  ...span,
  /** Where somebody speaks, in the scene's time. */
  speech: spans,
  speechSeconds: z.number(),
  /** Absent where the scene is not kept. */
  audio: z.string().optional(),
  reason: z.string().optional(),
});

/** `vad/{episode}.json` */
export const scenesRecord = z.object({ key: z.string(), from: z.string(), scenes: z.array(scene) });
export type ScenesRecord = z.infer<typeof scenesRecord>;

/** `{step}/{episode}/{scene}.json` of the steps after that: what the step adds to what is known of the scene. */
export const sceneRecord = z.object({
  key: z.string(),
  from: z.string(),
  /** Why the scene goes no further. */
  reason: z.string().optional(),
  audio: z.string().optional(),
  /** The voice above the background; absent where it could not be told. */
  decibels: z.number().optional(),
  speakers: z.array(z.object({ ...span, speaker: z.string() })).optional(),
  utterances: z.array(z.object({ ...span, text: z.string(), speaker: z.string().optional() })).optional(),
  dialogues: z.array(z.array(turn)).optional(),
  /** Utterances and turns that went into no dialogue, by reason. */
  left: z.record(z.string(), z.number()).optional(),
});
export type SceneRecord = z.infer<typeof sceneRecord>;

/** Everything known of a scene after a step. */
export interface SceneState extends Omit<SceneRecord, 'from' | 'reason'> {
  /** `{episode}/{number}` */
  name: string;
  episode: string;
  startSeconds: number;
  endSeconds: number;
  speech: { startSeconds: number; endSeconds: number }[];
  audio: string;
}
