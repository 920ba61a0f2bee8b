// The agent's next turn, spoken while it is made.
import { soundEncoder } from '../../sound/formats';
import { turnView } from '../../conversations/view';
import { decodeBase64, decodeUpload } from '../../sound/upload';
import { knownTurns } from '../known-turns';
import { errorResponses } from '../schemas/common';
import { conversationParams, replyRequestSchema } from '../schemas/conversations';
import { lifetimeOf, sendSpeech } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { tags } from './conversations';
import { soundContent } from './speech';

export function replyRoutes(app: App, service: Service): void {
  const { conversations, ffmpeg, limits } = service;
  app.route({
    method: 'POST',
    url: '/v1/conversations/:id/reply',
    schema: {
      tags,
      summary: "Speak the agent's next turn",
      params: conversationParams,
      body: replyRequestSchema,
      response: {
        200: { description: 'Sound, sent while it is made', content: soundContent },
        ...errorResponses(400, 401, 404, 409, 410, 412, 413, 415, 422, 429, 501, 503, 504),
      },
    },
    handler: async (request, reply) => {
      const { text, format = 'wav', streamFormat, seed = 0, reference: sent, ...options } = request.body;
      const { id } = request.params;
      checkText(text, 'text', service);
      const { sampleRate } = conversations.voice(await conversations.read(id));
      const encoder = soundEncoder(format, { ffmpeg, sampleRate });
      const reference = sent === undefined ? undefined : await decodeUpload(decodeBase64(sent), limits, 'reference');
      const known = knownTurns(request.headers);
      const lifetime = lifetimeOf(reply, limits.replySeconds);
      const task = { text, seed, ...options, ...(reference && { reference: { audio: reference } }), knownTurns: known };
      const speech = await conversations.reply(id, task, { lifetime, endpoint: 'reply' });
      const headers = {
        'X-Reply-Id': speech.id,
        'X-Seed': String(seed),
        'X-Voice': encodeURIComponent(speech.voice.name),
        ...(speech.index !== undefined && { 'X-Turn': String(speech.index) }),
      };
      const conclusion = () => {
        const record = speech.record();
        return record ? { turn: turnView(id, record, speech.index ?? null) } : {};
      };
      return sendSpeech(reply, speech, { encoder, sse: streamFormat === 'sse', headers, conclusion });
    },
  });
}
