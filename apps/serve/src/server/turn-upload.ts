// A turn that comes in as something else than JSON: a form with a file, or a sound file with the rest in the query. Both become the object that
// JSON would have been, which the schema then judges, and the file's bytes beside it.
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../requests/api-error';

declare module 'fastify' {
  interface FastifyRequest {
    /** The file of an uploaded turn. */
    uploadedAudio?: Uint8Array;
  }
}

const FIELDS = new Set(['role', 'text', 'speaker', 'language']);

/** @throws ApiError 400 for a form that is not one of a turn */
export async function readTurnUpload(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'] ?? '';
  if (/^(audio\/|video\/(webm|mp4))/i.test(type)) {
    request.uploadedAudio = request.body as Uint8Array;
    request.body = { ...(request.query as object) };
  } else if (request.isMultipart()) {
    request.body = await readForm(request);
  }
}

async function readForm(request: FastifyRequest): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  try {
    for await (const part of request.parts({ limits: { files: 1, fields: 8, parts: 9 } })) {
      if (part.type === 'file') {
        if (part.fieldname !== 'audio') throw unknownField(part.fieldname);
        request.uploadedAudio = await part.toBuffer();
      } else if (part.fieldname === 'audio') {
        // A field in the place of a file: base64, as in JSON.
        fields.audio = String(part.value);
      } else if (FIELDS.has(part.fieldname)) {
        fields[part.fieldname] = utf8(part.value);
      } else throw unknownField(part.fieldname);
    }
  } catch (error) {
    const { code = '', statusCode } = error as { code?: string; statusCode?: number };
    if (error instanceof ApiError || (statusCode !== undefined && code.startsWith('FST_'))) throw error;
    // What busboy says of a form that breaks off.
    throw ApiError.badRequest('bad_form', null, 'the form cannot be read; send multipart/form-data that is complete');
  }
  return fields;
}

function unknownField(name: string): ApiError {
  const allowed = [...FIELDS, 'audio'].join(', ');
  const message = `the form has a field ${JSON.stringify(name.slice(0, 60))}; send ${allowed}`;
  return ApiError.badRequest('invalid_request', null, message);
}

/** The form's reader puts U+FFFD where bytes are no text. */
function utf8(value: unknown): string {
  const text = String(value);
  if (text.includes('\ufffd')) throw ApiError.badRequest('not_utf8', null, 'a field is not UTF-8; send UTF-8');
  return text;
}
