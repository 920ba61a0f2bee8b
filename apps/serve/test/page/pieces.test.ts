// The page's parts that need no browser.
import { writeWav } from '@gpt-talker/audio';
import { parseDialogue } from '@gpt-talker/context';
import fc from 'fast-check';
import { join, PcmDecoder } from '../../web/src/api/pcm';
import { clipFromAudio } from '../../web/src/sound/clip';
import { analyse } from '../../web/src/sound/features';
import { peaks } from '../../web/src/sound/peaks';
import { areDialogue, dialogueJson, dialogueZip, readDialogue } from '../../web/src/state/dialogue-files';
import { ramp } from '../../web/src/parts/voice-colours';

const tone = (hertz: number, seconds: number, sampleRate = 16_000) => ({
  samples: Float32Array.from(
    { length: seconds * sampleRate },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  ),
  sampleRate,
});

test('bytes that are cut anywhere give the same samples', () => {
  const samples = fc.array(fc.integer({ min: -0x8000, max: 0x7fff }), { maxLength: 50 });
  fc.assert(
    fc.property(samples, fc.array(fc.nat(100), { maxLength: 8 }), (values, cuts) => {
      const bytes = new Uint8Array(Int16Array.from(values).buffer);
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const decoder = new PcmDecoder();
      const pieces = places.slice(1).map((end, i) => decoder.push(bytes.subarray(places[i], end)));
      expect([...join(pieces)]).toEqual(values.map((value) => value / 0x8000));
    }),
  );
});

test('peaks are the largest samples of equal stretches', () => {
  expect([...peaks(Float32Array.of(0, 0.5, -0.75, 0, 0.25, 0), 3)]).toEqual([0.5, 0.75, 0.25]);
  expect([...peaks(new Float32Array(0), 2)]).toEqual([0, 0]);
});

test('features of a tone: its pitch, no range, its level', () => {
  const { pitch, levelDecibels, mel, hertz, seconds } = analyse(tone(220, 1));
  expect(pitch!.medianHertz).toBeCloseTo(220, 0);
  expect(pitch!.rangeSemitones).toBeLessThan(0.2);
  expect(levelDecibels).toBeCloseTo(-9, 0);
  expect({ bands: mel.mels, frames: mel.frames, hertz: hertz.length, seconds }).toEqual({
    bands: 80,
    frames: 100,
    hertz: 100,
    seconds: 1,
  });
  expect(analyse({ samples: new Float32Array(16_000), sampleRate: 16_000 }).pitch).toBeUndefined();
});

test('a saved conversation is a dialogue file, and opens again', async () => {
  const said = [
    { role: 'user' as const, text: 'Hello!', clip: clipFromAudio(tone(200, 0.5)) },
    { role: 'agent' as const, text: 'Hi.' },
  ];
  expect(parseDialogue(JSON.parse(dialogueJson(said)))).toEqual({
    turns: [
      { role: 'user', text: 'Hello!' },
      { role: 'agent', text: 'Hi.' },
    ],
  });
  const file = new File([await dialogueZip(said)], 'dialogue.zip');
  expect(areDialogue([file])).toBe(true);
  const [first, second] = await readDialogue([file]);
  expect(first).toMatchObject({ role: 'user', text: 'Hello!' });
  expect(first.clip!.wav).toEqual(said[0].clip!.wav);
  expect(second).toEqual({ role: 'agent', text: 'Hi.' });
});

test.each<[File[], RegExp]>([
  [[new File(['{'], 'a.json')], /^a\.json is not JSON\. /],
  [[new File(['{"turns": [{"role": "bot", "text": "x"}]}'], 'a.json')], /^a\.json is not a dialogue\. It should be/],
  [[new File(['null'], 'a.json')], /^a\.json is not a dialogue\./],
  [
    [new File(['{"turns": [{"role": "user", "text": "x", "audio": "b.wav"}]}'], 'a.json')],
    /^a\.json names b\.wav, which is not here\. /,
  ],
  [[new File(['PK'], 'a.zip')], /^a\.zip cannot be opened\. /],
  [[new File(['x'], 'a.wav')], /^There is no dialogue in this\. /],
])('files that are no conversation are refused in plain words', async (files, said) => {
  await expect(readDialogue(files)).rejects.toThrow(said);
});

test('wav files are found beside the dialogue, whatever folder it names', async () => {
  const json = new File(['\uFEFF{"turns": [{"role": "user", "text": "x", "audio": "sounds/b.wav"}]}'], 'a.json');
  const wav = new File([new Uint8Array(writeWav(tone(200, 0.5)))], 'b.wav');
  expect((await readDialogue([wav, json]))[0].clip!.seconds).toBe(0.5);
});

test('a ramp of colours passes through its stops', () => {
  const colours = ramp([
    [0, 0, 0],
    [255, 0, 0],
    [255, 255, 255],
  ]);
  expect([colours.length, colours[0], colours[255]]).toEqual([256, [0, 0, 0], [255, 255, 255]]);
  expect(colours[127][0]).toBeGreaterThan(250);
  expect(colours[127][1]).toBeLessThan(5);
});
