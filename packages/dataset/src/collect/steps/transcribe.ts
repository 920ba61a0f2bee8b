// Step 4, second half: what is said. From a recogniser that gets each speaker's spans, or from subtitles and transcripts whose
// utterances go to the speaker who speaks at that time.
import { type Audio } from '@gpt-talker/audio';
import { DatasetError } from '../../errors';
import { episodeFile } from '../imports/episode-file';
import { parseJsonTranscript } from '../imports/json-transcript';
import { parseSrt } from '../imports/srt';
import { type SceneState } from '../records';
import { type StepReport } from '../report';
import { SPEAKER_RULES, speakerOf, withinScene, type SpeakerRules } from '../rules/speakers';
import { rounded, type SpeakerSpan, type Utterance } from '../types';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';
import { splitSpan } from './split-span';
import { cut } from './vad';

export type TextSource =
  | { kind: 'pocketsphinx' | 'sherpa'; recognizer: SpeechRecognizer; maximumSeconds: number }
  /** A folder of {episode}.srt or {episode}.json; or, for a single episode, the file. */
  | { kind: 'srt' | 'json'; location: string };

/** Transcribes one piece of speech, or several at once where that is cheaper. */
export interface SpeechRecognizer {
  readonly identity: unknown;
  recognize(audio: Audio): Promise<string>;
  recognizeAll?(pieces: readonly Audio[], signal?: AbortSignal): Promise<string[]>;
}

const NO_TRANSCRIPT = 'in an episode without a transcript';
const NO_WORDS = 'without words';

export async function transcribe(
  context: StepContext,
  source: TextSource,
  rules: SpeakerRules = SPEAKER_RULES,
): Promise<StepReport> {
  if (!('recognizer' in source)) await requireOneFileEach(context, source);
  return runSceneStep(context, {
    step: 'transcribe',
    async identity({ episode }) {
      if ('recognizer' in source) return [source.recognizer.identity, source.maximumSeconds];
      return [source.kind, (await episodeFile(source.location, episode, `.${source.kind}`))?.sha256 ?? null, rules];
    },
    async make(scene) {
      if (!('recognizer' in source)) return imported(scene, source, rules);
      const audio = await context.work.audio(scene.audio);
      const spans = (scene.speakers ?? []).flatMap((long) => splitSpan(audio, long, source.maximumSeconds));
      const pieces = spans.map((span) => cut(audio, span));
      const texts = await recognizeAll(source.recognizer, pieces, context.signal);
      const utterances = spans.flatMap((span, i) => (texts[i] === '' ? [] : [{ ...span, text: texts[i] }]));
      return utterances.length === 0 ? { reason: NO_WORDS } : { utterances: utterances.map(recorded) };
    },
  });
}

/** The text of each piece. */
export async function recognizeAll(
  recognizer: SpeechRecognizer,
  pieces: readonly Audio[],
  signal?: AbortSignal,
): Promise<string[]> {
  if (recognizer.recognizeAll) return pieces.length === 0 ? [] : recognizer.recognizeAll(pieces, signal);
  const texts: string[] = [];
  for (const piece of pieces) {
    signal?.throwIfAborted();
    texts.push(await recognizer.recognize(piece));
  }
  return texts;
}

async function imported(
  scene: SceneState,
  { kind, location }: { kind: 'srt' | 'json'; location: string },
  rules: SpeakerRules,
): Promise<{ reason: string } | { utterances: Utterance[] }> {
  const found = await episodeFile(location, scene.episode, `.${kind}`);
  if (found === undefined) return { reason: NO_TRANSCRIPT };
  const parse = kind === 'srt' ? parseSrt : parseJsonTranscript;
  const utterances = parse(found.text, found.file)
    .flatMap((utterance) => withinScene(utterance, scene) ?? [])
    .map((utterance) => recorded(withSpeaker(utterance, scene.speakers ?? [], rules)));
  return utterances.length === 0 ? { reason: NO_WORDS } : { utterances };
}

/** Whom the transcript names, or else who speaks at that time. */
function withSpeaker(utterance: Utterance, speakers: readonly SpeakerSpan[], rules: SpeakerRules): Utterance {
  const speaker = utterance.speaker ?? speakerOf(utterance, speakers, rules);
  return speaker === undefined ? utterance : { ...utterance, speaker };
}

/** The same subtitles for every episode would be nonsense. */
async function requireOneFileEach(
  { work }: StepContext,
  { kind, location }: { kind: string; location: string },
): Promise<void> {
  const episodes = await work.episodes();
  if (episodes.length < 2 || !location.toLowerCase().endsWith(`.${kind}`)) return;
  throw new DatasetError(
    'option',
    `${location}: one transcript, but ${episodes.length} episodes; name a folder of {episode}.${kind}`,
  );
}

function recorded<T extends Utterance>(utterance: T): T {
  return { ...utterance, startSeconds: rounded(utterance.startSeconds), endSeconds: rounded(utterance.endSeconds) };
}
