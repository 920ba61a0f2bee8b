// Text that is to be spoken.
import { ApiError } from '../requests/api-error';
import type { Service } from './service';

/** @throws ApiError 400 for text that is too long, or that is no text */
export function checkText(text: string, param: string, { limits }: Pick<Service, 'limits'>): void {
  const length = text.length;
  if (length > limits.maxTextCharacters) {
    const message = `${param}: has ${length} characters, but this service takes ${limits.maxTextCharacters}; send it in parts`;
    throw ApiError.badRequest('text_too_long', param, message);
  }
  if (/\p{Surrogate}/u.test(text)) {
    const message = `${param}: holds half a character (an unpaired surrogate); send whole characters`;
    throw ApiError.badRequest('not_unicode', param, message);
  }
}
