// TensorBoard's event files: records of protobuf messages (tensorflow/core/util/event.proto, framework/summary.proto), each framed
// by its length and two masked CRC-32C sums as TensorFlow's record files are. Only what is written here is described here.
import { open, mkdir, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { maskedCrc32c } from './crc32c';

/** Field numbers of the messages. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 };
const SUMMARY = { value: 1 };
const VALUE = { tag: 1, simpleValue: 2, image: 4, audio: 6 };
const IMAGE = { height: 1, width: 2, colorspace: 3, encoded: 4 };
const AUDIO = { sampleRate: 1, channels: 2, lengthFrames: 3, encoded: 4, contentType: 5 };
const RGB = 3;

export interface EventImage {
  height: number;
  width: number;
  /** A PNG file. */
  png: Uint8Array;
}

export interface EventAudio {
  sampleRate: number;
  /** Number of samples. */
  samples: number;
  /** A WAV file. */
  wav: Uint8Array;
}

/** One record: length, its sum, the data, its sum. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

/** Writes one event file; a run that is resumed begins another, and TensorBoard joins them. */
export class EventFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly path: string,
  ) {}

  static async create(directory: string, now: () => number = Date.now): Promise<EventFile> {
    await mkdir(directory, { recursive: true });
    const seconds = Math.floor(now() / 1000);
    const file = path.join(directory, `events.out.tfevents.${seconds}.${os.hostname()}.${process.pid}`);
    const events = new EventFile(await open(file, 'a'), file);
    await events.write(0, (writer) => writer.tag(EVENT.fileVersion, WireType.LengthDelimited).string('brain.Event:2'));
    return events;
  }

  scalar(tag: string, step: number, value: number): Promise<void> {
    return this.value(step, tag, (writer) => writer.tag(VALUE.simpleValue, WireType.Bit32).float(value));
  }

  image(tag: string, step: number, { height, width, png }: EventImage): Promise<void> {
    return this.value(step, tag, (writer) =>
      nested(writer, VALUE.image, (image) => {
        image.tag(IMAGE.height, WireType.Varint).int32(height);
        image.tag(IMAGE.width, WireType.Varint).int32(width);
        image.tag(IMAGE.colorspace, WireType.Varint).int32(RGB);
        image.tag(IMAGE.encoded, WireType.LengthDelimited).bytes(png);
      }),
    );
  }

  audio(tag: string, step: number, { sampleRate, samples, wav }: EventAudio): Promise<void> {
    return this.value(step, tag, (writer) =>
      nested(writer, VALUE.audio, (audio) => {
        audio.tag(AUDIO.sampleRate, WireType.Bit32).float(sampleRate);
        audio.tag(AUDIO.channels, WireType.Varint).int64(1);
        audio.tag(AUDIO.lengthFrames, WireType.Varint).int64(samples);
        audio.tag(AUDIO.encoded, WireType.LengthDelimited).bytes(wav);
        audio.tag(AUDIO.contentType, WireType.LengthDelimited).string('audio/wav');
      }),
    );
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private value(step: number, tag: string, content: (writer: BinaryWriter) => void): Promise<void> {
    return this.write(step, (event) =>
      nested(event, EVENT.summary, (summary) =>
        nested(summary, SUMMARY.value, (value) => {
          value.tag(VALUE.tag, WireType.LengthDelimited).string(tag);
          content(value);
        }),
      ),
    );
  }

  private async write(step: number, content: (event: BinaryWriter) => void): Promise<void> {
    const event = new BinaryWriter();
    event.tag(EVENT.wallTime, WireType.Bit64).double(Date.now() / 1000);
    event.tag(EVENT.step, WireType.Varint).int64(step);
    content(event);
    await this.handle.appendFile(frameRecord(event.finish()));
  }
}

function nested(writer: BinaryWriter, field: number, content: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  content(writer);
  writer.join();
}
