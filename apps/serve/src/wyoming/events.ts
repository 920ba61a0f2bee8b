// Wyoming's events on a socket (https://github.com/OHF-Voice/wyoming): a line of JSON, perhaps more JSON behind it, perhaps bytes.
//
//   {"type": "audio-chunk", "data_length": 52, "payload_length": 2048}\n  {"rate": 16000, …}  ‹2048 bytes›
import { GptTalkerError } from '@gpt-talker/errors';

export interface WyomingEvent {
  type: string;
  data: Record<string, unknown>;
  payload?: Uint8Array;
}

/** What a client sent that is no event, or too large. */
export class WyomingError extends GptTalkerError<'wyoming'> {
  override readonly name = 'WyomingError';

  constructor(message: string) {
    super('wyoming', message);
  }
}

const LARGEST_HEADER_BYTES = 64 * 1024;

/** Bytes of a socket → events; the rest is kept until more comes. */
export class WyomingReader {
  private rest = Buffer.alloc(0);

  /** @param largestBytes of the data and the payload of one event */
  constructor(private readonly largestBytes: number) {}

  /** @throws WyomingError */
  push(bytes: Uint8Array): WyomingEvent[] {
    this.rest = Buffer.concat([this.rest, bytes]);
    const events: WyomingEvent[] = [];
    for (let event = this.next(); event; event = this.next()) events.push(event);
    return events;
  }

  private next(): WyomingEvent | undefined {
    const lineEnd = this.rest.indexOf(10);
    if (lineEnd < 0) {
      if (this.rest.length > LARGEST_HEADER_BYTES) throw new WyomingError('the header of an event is too long');
      return undefined;
    }
    const header = object(this.rest.subarray(0, lineEnd), 'the header of an event');
    const dataLength = lengthOf(header.data_length, 'data_length');
    const payloadLength = lengthOf(header.payload_length, 'payload_length');
    if (dataLength + payloadLength > this.largestBytes)
      throw new WyomingError(
        `an event has ${dataLength + payloadLength} bytes; this service takes ${this.largestBytes}`,
      );
    const begin = lineEnd + 1;
    if (this.rest.length < begin + dataLength + payloadLength) return undefined;
    if (typeof header.type !== 'string') throw new WyomingError('an event has no type');
    const inline = (typeof header.data === 'object' && header.data) || {};
    const more = dataLength > 0 ? object(this.rest.subarray(begin, begin + dataLength), 'the data of an event') : {};
    const payload = this.rest.subarray(begin + dataLength, begin + dataLength + payloadLength);
    this.rest = this.rest.subarray(begin + dataLength + payloadLength);
    return { type: header.type, data: { ...inline, ...more }, ...(payloadLength > 0 && { payload }) };
  }
}

export function wyomingBytes({ type, data, payload }: WyomingEvent, version: string): Buffer {
  const body = Buffer.from(JSON.stringify(data));
  const header = {
    type,
    version,
    data_length: body.length,
    ...(payload && { payload_length: payload.length }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body, ...(payload ? [payload] : [])]);
}

function object(bytes: Uint8Array, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new WyomingError(`${what} is not a JSON object`);
}

function lengthOf(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0;
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw new WyomingError(`${name} is no length`);
}
