// Every error as an answer: what was wrong with the request is told to its sender, what was wrong with us goes to the log.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ApiError } from '../requests/api-error';
import { ClientGoneError } from '../requests/lifetime';

/** Errors of the packages below that speak of what was given. */
const STATUS_BY_NAME: Readonly<Record<string, number>> = {
  TextError: 400,
  DialogueError: 400,
  AudioFileError: 400,
  AudioError: 400,
  SpeechEncoderError: 400,
  ContextLengthError: 400,
  GptError: 400,
  VitsError: 400,
  TalkerError: 400,
  WorkerLostError: 503,
  StoreUnavailableError: 503,
};
/** Of these errors, the ones that are not the sender's fault: `NAME code`. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  'TalkerError silent': 422,
  'TalkerError disposed': 503,
  'TalkerError state': 409,
  'GptError graph': 500,
  'GptError disposed': 503,
  'VitsError graph': 500,
  'VitsError disposed': 503,
};

/** What a client is told. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { name = '', code = '', message = '', statusCode } = error as Partial<FastifyError>;
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error.validation);
  const status = STATUS_BY_CODE[`${name} ${code}`] ?? STATUS_BY_NAME[name];
  if (status !== undefined) {
    const headers: Record<string, string> = status === 503 ? { 'Retry-After': '1' } : {};
    return new ApiError(status, `${code || name}`.toLowerCase().replace(/[^a-z0-9]+/g, '_'), message, null, headers);
  }
  // The limits of the system, which pass: see `ulimit -n`.
  if (code === 'EMFILE' || code === 'ENFILE')
    return new ApiError(503, 'too_many_files', 'too many files and connections are open here; try again', null, {
      'Retry-After': '5',
    });
  // Fastify's own: bodies that are too large, that are no JSON, content types that nobody reads.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ApiError(statusCode, code.toLowerCase() || 'bad_request', sayFastify(code, message));
  return new ApiError(500, 'internal_error', 'something went wrong here; the log says what');
}

/** Answers a request with its error, unless an answer has begun. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof ClientGoneError || reply.raw.destroyed) {
    reply.hijack();
    return void reply.raw.destroy();
  }
  const answer = toApiError(error);
  // Texts of other people's errors may quote what was to be spoken; codes do not.
  const { code, status } = answer;
  if (status === 504) request.log.warn({ code, status }, 'request timed out');
  else if (status === 503) request.log.warn({ code, status, cause: causeOf(error) }, 'request could not be served');
  else if (status >= 500 && status !== 501) request.log.error({ err: error }, 'request failed');
  else request.log.info({ code, status }, 'request refused');
  const { message } = answer.body.error;
  // GPT-SoVITS' clients look for the reason in another place.
  const body = request.routeOptions.url === '/tts' ? { ...answer.body, message } : answer.body;
  void reply
    .code(answer.status)
    .headers(answer.headers)
    .type('application/json; charset=utf-8')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

/** Why the store, or a worker, did not do it. */
function causeOf(error: unknown): string | undefined {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message : undefined;
}

interface Issue {
  instancePath: string;
  message?: string;
}

function invalid([first]: readonly Issue[]): ApiError {
  const path = first.instancePath.replace(/^\//, '').replaceAll('/', '.');
  const message = `${path || 'the request'}: ${first.message ?? 'is not what is expected'}; see /docs`;
  return new ApiError(400, 'invalid_request', message, path || null);
}

function sayFastify(code: string, message: string): string {
  const said: Record<string, string> = {
    FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large for this service; send less',
    FST_REQ_FILE_TOO_LARGE: 'the file is too large for this service; send less',
    FST_ERR_CTP_INVALID_MEDIA_TYPE: 'this content type is not understood here; send application/json',
    FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON; correct it',
  };
  return said[code] ?? message;
}
