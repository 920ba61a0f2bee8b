// Event files are read back by an independent reader (and by TensorBoard itself where it is installed); the report stands alone.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { PNG } from 'pngjs';
import { crc32c, maskedCrc32c } from './crc32c';
import { heatmap } from './picture';
import { RunWatch } from './run-watch';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'watch-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

type Message = Map<number, (number | Uint8Array)[]>;

/** A protobuf message without a schema. */
function readMessage(bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes);
  const fields: Message = new Map();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const value =
      type === WireType.Varint
        ? Number(reader.int64())
        : type === WireType.Bit32
          ? reader.float()
          : type === WireType.Bit64
            ? reader.double()
            : reader.bytes();
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

const message = (parent: Message, field: number): Message => readMessage(parent.get(field)![0] as Uint8Array);
const text = (parent: Message, field: number): string => Buffer.from(parent.get(field)![0] as Uint8Array).toString();

function readEvents(file: Buffer): Message[] {
  const events: Message[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
    events.push(readMessage(data));
    at += length + 16;
  }
  return events;
}

const tone = { sampleRate: 16000, samples: Float32Array.from({ length: 800 }, (_, i) => 0.5 * Math.sin(i / 8)) };
const entry = {
  step: 7,
  totalSteps: 10,
  seconds: 3,
  kind: 'train' as const,
  learningRate: 0.001,
  metrics: { loss: 1.5 },
};

async function watched(): Promise<string> {
  const watch = await RunWatch.open(folder);
  await watch.log({ ...entry, speed: { perSecond: 120, unit: 'tokens' } });
  await watch.illustrate(7, [{ tag: 'validation/0/made', picture: heatmap([0, 1, 2, 3, 4, 5], 2, 3), audio: tone }]);
  await writeFile(
    path.join(folder, 'log.jsonl'),
    `${JSON.stringify(entry)}\n${JSON.stringify({ ...entry, step: 9 })}\n`,
  );
  await watch.close('A run <of> mine');
  return path.join(folder, 'tensorboard');
}

test('CRC-32C is the one of RFC 3720', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

test('event files hold scalars, pictures and sound', async () => {
  const events = await watched();
  const [name] = await readdir(events);
  const [version, loss, rate, speed, image, audio] = readEvents(await readFile(path.join(events, name)));
  expect(text(version, 3)).toBe('brain.Event:2');
  const value = (event: Message) => message(message(event, 5), 1);
  expect([text(value(loss), 1), value(loss).get(2)![0], loss.get(2)![0]]).toEqual(['train/loss', 1.5, 7]);
  expect([text(value(rate), 1), text(value(speed), 1)]).toEqual(['learning_rate', 'speed/tokens_per_second']);
  const picture = message(value(image), 4);
  const png = PNG.sync.read(Buffer.from(picture.get(4)![0] as Uint8Array));
  expect([picture.get(1)![0], picture.get(2)![0]]).toEqual([png.height, png.width]);
  // The largest value, of the last row, is the brightest, and at the top.
  expect(png.data[(png.width - 1) * 4]).toBe(255);
  const sound = message(value(audio), 6);
  expect([sound.get(1)![0], sound.get(2)![0], sound.get(3)![0], text(sound, 5)]).toEqual([16000, 1, 800, 'audio/wav']);
});

test('the report is one file that needs nothing else', async () => {
  await watched();
  const html = await readFile(path.join(folder, 'report.html'), 'utf8');
  expect(html).toContain('A run &#60;of&#62; mine');
  expect(html).toContain('9 of 10 steps');
  expect(html).toMatch(/<polyline class="one" points="46\.0,[\d.]+ 350\.0,/);
  expect(html).toMatch(/<audio controls [^>]*src="data:audio\/wav;base64,UklGR/);
  expect(html).not.toMatch(/(src|href)="(?!data:)/);
});

const python = process.env.TENSORBOARD_PYTHON;
(python ? test : test.skip)(
  `TensorBoard reads the event files${python ? '' : ' (set TENSORBOARD_PYTHON to a python with tensorboard)'}`,
  async () => {
    const script = `
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
import sys
a = EventAccumulator(sys.argv[1], size_guidance={'images': 0, 'audio': 0}); a.Reload()
i = a.Images('validation/0/made')[0]; s = a.Audio('validation/0/made')[0]
print(a.Tags()['scalars'], a.Scalars('train/loss')[0].value, i.width, i.height, s.sample_rate, s.length_frames)`;
    const printed = execFileSync(python!, ['-c', script, await watched()], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(printed.trim()).toBe("['train/loss', 'learning_rate', 'speed/tokens_per_second'] 1.5 6 4 16000.0 800");
  },
);
