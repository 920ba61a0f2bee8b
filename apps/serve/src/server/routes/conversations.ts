// Conversations and their turns.
import type { Audio } from '@gpt-talker/audio';
import { z } from 'zod';
import { asideSound, turnSound } from '../../conversations/record';
import { conversationView, turnView } from '../../conversations/view';
import type { HeardTurn } from '../../engine/engine';
import { decodeBase64, decodeUpload } from '../../sound/upload';
import { ApiError } from '../../requests/api-error';
import { CONVERSATION_HEADER, entityTag, knownTurns } from '../known-turns';
import { errorResponses, soundSchema } from '../schemas/common';
import {
  conversationParams,
  conversationSchema,
  forgottenSchema,
  newConversationSchema,
  newTurnSchema,
  replyParams,
  turnListSchema,
  turnParams,
  turnQuerySchema,
  turnSchema,
  userQuerySchema,
  type NewTurn,
} from '../schemas/conversations';
import { lifetimeOf, sendWav } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { readTurnUpload } from '../turn-upload';
import { findVoice } from '../voices';

export const tags = ['conversations'];
const wav = { 200: { description: 'A wav file', content: { 'audio/wav': { schema: soundSchema } } } };

export function conversationRoutes(app: App, service: Service): void {
  const { conversations, engine, limits } = service;

  app.route({
    method: 'POST',
    url: '/v1/conversations',
    schema: {
      tags,
      summary: 'Begin a conversation',
      body: newConversationSchema,
      response: { 201: conversationSchema, ...errorResponses(400, 401, 413, 415, 429, 503, 504) },
    },
    handler: async (request, reply) => {
      const { voice, user, historyTurns, sampling, turns = [] } = request.body ?? {};
      const heard: HeardTurn[] = [];
      for (const turn of turns) heard.push(await heardTurn(turn, undefined, service));
      const record = await conversations.create({ voice: findVoice(engine, voice), user, historyTurns, sampling });
      reply.header(CONVERSATION_HEADER, record.id);
      if (heard.length === 0) return reply.code(201).send(conversationView(record));
      const lifetime = lifetimeOf(reply, limits.replySeconds);
      try {
        return reply.code(201).send(conversationView(await conversations.addTurns(record.id, heard, lifetime)));
      } catch (error) {
        // A conversation that no client knows of.
        await conversations.remove(record.id).catch(() => undefined);
        throw error;
      }
    },
  });

  app.delete(
    '/v1/conversations',
    {
      schema: {
        tags,
        summary: 'Forget all conversations of a user',
        querystring: userQuerySchema,
        response: { 200: forgottenSchema, ...errorResponses(400, 401, 503) },
      },
    },
    async (request) => ({ deleted: await conversations.removeOf(request.query.user) }),
  );

  app.get(
    '/v1/conversations/:id',
    {
      schema: {
        tags,
        summary: 'Show a conversation',
        params: conversationParams,
        response: { 200: conversationSchema, ...errorResponses(400, 401, 404, 410, 503) },
      },
    },
    async (request, reply) => {
      const record = await conversations.read(request.params.id);
      reply.header('ETag', entityTag(record.turns));
      return conversationView(record);
    },
  );

  app.delete(
    '/v1/conversations/:id',
    {
      schema: {
        tags,
        summary: 'Forget a conversation',
        params: conversationParams,
        response: { 204: z.null().describe('It is forgotten'), ...errorResponses(400, 401, 404, 503) },
      },
    },
    async (request, reply) => {
      await conversations.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.route({
    method: 'POST',
    url: '/v1/conversations/:id/turns',
    preValidation: (request) => readTurnUpload(request),
    schema: {
      tags,
      summary: 'Add what was said',
      consumes: ['application/json', 'multipart/form-data'],
      params: conversationParams,
      querystring: turnQuerySchema,
      body: newTurnSchema,
      response: { 201: turnSchema, ...errorResponses(400, 401, 404, 409, 410, 412, 413, 415, 422, 429, 503, 504) },
    },
    handler: async (request, reply) => {
      const turn = await heardTurn(request.body, request.uploadedAudio, service);
      const lifetime = lifetimeOf(reply, limits.replySeconds);
      const known = knownTurns(request.headers);
      const { id, turns } = await conversations.addTurns(request.params.id, [turn], lifetime, known);
      return reply
        .code(201)
        .header('ETag', entityTag(turns))
        .send(turnView(id, turns[turns.length - 1], turns.length - 1));
    },
  });

  app.get(
    '/v1/conversations/:id/turns',
    {
      schema: {
        tags,
        summary: 'List the turns',
        params: conversationParams,
        response: { 200: turnListSchema, ...errorResponses(400, 401, 404, 410, 503) },
      },
    },
    async (request, reply) => {
      const record = await conversations.read(request.params.id);
      reply.header('ETag', entityTag(record.turns));
      return { turns: conversationView(record).turns };
    },
  );

  app.get(
    '/v1/conversations/:id/turns/:turn',
    {
      schema: {
        tags,
        summary: 'Show a turn',
        params: turnParams,
        response: { 200: turnSchema, ...errorResponses(400, 401, 404, 410, 503) },
      },
    },
    async ({ params }) => {
      const record = await conversations.read(params.id);
      const index = Number(params.turn);
      const turn = record.turns[index];
      if (!turn) throw noTurn(record.turns.length);
      return turnView(record.id, turn, index);
    },
  );

  app.get(
    '/v1/conversations/:id/turns/:turn/audio',
    {
      schema: {
        tags,
        summary: "A turn's sound",
        params: turnParams,
        response: { ...wav, ...errorResponses(400, 401, 404, 410, 503) },
      },
    },
    async ({ params }, reply) => {
      const record = await conversations.read(params.id);
      const index = Number(params.turn);
      const turn = record.turns[index];
      if (!turn) throw noTurn(record.turns.length);
      return sendWav(reply, await conversations.sound(params.id, turn, turnSound(index)));
    },
  );

  app.get(
    '/v1/conversations/:id/replies/:reply',
    {
      schema: {
        tags,
        summary: 'Show a reply that was not kept as a turn',
        params: replyParams,
        response: { 200: turnSchema, ...errorResponses(400, 401, 404, 410, 503) },
      },
    },
    async ({ params }) => {
      const record = await conversations.read(params.id);
      const aside = record.asides.find(({ reply }) => reply?.id === params.reply);
      if (aside) return turnView(record.id, aside, null);
      // Of one that was kept, the turn.
      const index = record.turns.findIndex(({ reply }) => reply?.id === params.reply);
      if (index < 0) throw noReply();
      return turnView(record.id, record.turns[index], index);
    },
  );

  app.get(
    '/v1/conversations/:id/replies/:reply/audio',
    {
      schema: {
        tags,
        summary: 'The sound of a reply that was not kept as a turn',
        params: replyParams,
        response: { ...wav, ...errorResponses(400, 401, 404, 410, 503) },
      },
    },
    async ({ params }, reply) => {
      const record = await conversations.read(params.id);
      const index = record.turns.findIndex((turn) => turn.reply?.id === params.reply);
      const turn = record.turns[index] ?? record.asides.find((aside) => aside.reply?.id === params.reply);
      if (!turn) throw noReply();
      const name = index < 0 ? asideSound(params.reply) : turnSound(index);
      return sendWav(reply, await conversations.sound(params.id, turn, name));
    },
  );
}

/** What was said, and its sound; words that are not sent come from the recogniser, where there is one. */
async function heardTurn(
  { audio, text, ...turn }: NewTurn,
  uploaded: Uint8Array | undefined,
  service: Service,
): Promise<HeardTurn> {
  if (text !== undefined) checkText(text, 'text', service);
  const bytes = uploaded ?? (audio === undefined ? undefined : decodeBase64(audio));
  if (!bytes) {
    if (text === undefined)
      throw ApiError.badRequest('invalid_request', 'text', 'text: is missing; send what was said');
    return { ...turn, text };
  }
  const sound = await decodeUpload(bytes, service.limits);
  return { ...turn, text: text ?? (await wordsOf(sound, service)), audio: sound };
}

async function wordsOf(sound: Audio, { recognizer }: Service): Promise<string> {
  if (!recognizer)
    throw ApiError.badRequest(
      'transcript_missing',
      'text',
      'text: is missing, and this service has no recogniser (--recognizer) to recognise it; send what is said in the recording',
    );
  const heard = (await recognizer.recognize(sound)).trim();
  if (heard === '')
    throw new ApiError(422, 'not_understood', 'audio: no words were understood in it; send them as text', 'audio');
  return heard;
}

function noTurn(count: number): ApiError {
  const message = `there is no such turn; the conversation has ${count === 0 ? 'none' : `0 to ${count - 1}`}`;
  return ApiError.notFound('turn_not_found', message, 'turn');
}

function noReply(): ApiError {
  const message = 'there is no such reply; only the latest ones that were not kept as turns are remembered';
  return ApiError.notFound('reply_not_found', message, 'reply');
}
