// What clients are told when something is wrong: OpenAI's error object, whose message says what, where and what to do.
import { oneLine } from '@gpt-talker/errors';

export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string };
}

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  static badRequest(code: string, param: string | null, message: string): ApiError {
    return new ApiError(400, code, message, param);
  }

  static notFound(code: string, message: string, param: string | null = null): ApiError {
    return new ApiError(404, code, message, param);
  }

  get body(): ErrorBody {
    return errorBody(this.status, this.code, this.message, this.param);
  }
}

export function errorBody(status: number, code: string, message: string, param: string | null = null): ErrorBody {
  return { error: { message: oneLine(message), type: errorType(status), param, code } };
}

/** OpenAI's names for kinds of errors. */
function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** A name as it may stand in a message, whatever it is. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
