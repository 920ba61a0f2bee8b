// What the routes work with.
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Conversations } from '../conversations/conversations';
import type { ConversationStore } from '../conversations/store';
import type { Engine } from '../engine/engine';
import type { Ffmpeg } from '../sound/ffmpeg';
import type { Admission } from '../requests/admission';
import type { Hosts } from './hosts';
import type { Keys } from './keys';
import type { Limits } from '../requests/limits';
import type { Metrics } from './metrics';
import type { Origins } from './origins';
import type { Audio } from '@gpt-talker/audio';
import type { ReferenceFolder } from './reference-folder';
import type { Speaking } from '../requests/speaking';

export interface Service {
  version: string;
  engine: Engine;
  store: ConversationStore;
  admission: Admission;
  speaking: Speaking;
  conversations: Conversations;
  metrics: Metrics;
  ffmpeg: Ffmpeg;
  limits: Limits;
  hosts: Hosts;
  keys: Keys;
  origins: Origins;
  /** Where `/tts` finds its reference files; undefined where it may not read any. */
  references: ReferenceFolder | undefined;
  /** Recognises the words of recordings that come without; undefined where none is configured. */
  recognizer: SpeechRecognizer | undefined;
  /** Whether texts may be logged. */
  logText: boolean;
  /** Where the page's files are; undefined where there are none. */
  page: string | undefined;
  /** Whether the service has been told to stop. */
  isStopping(): boolean;
}

/** What recognises words. */
export interface SpeechRecognizer {
  /** '' where nothing is understood. */
  recognize(audio: Audio): Promise<string>;
}

/** Fastify, with types from zod's schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
