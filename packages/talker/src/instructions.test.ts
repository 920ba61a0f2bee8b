import { INSTRUCTION_WORDS, readInstructions } from './instructions';

test('words become pace, pitch, range and loudness; a degree before them makes them smaller or larger', () => {
  const plain = readInstructions('slower');
  const little = readInstructions('a little slower');
  const very = readInstructions('very slow');
  expect(plain).toMatchObject({ speed: expect.closeTo(0.85), pitchSemitones: 0, unknown: [] });
  expect(little.speed).toBeGreaterThan(plain.speed);
  expect(very.speed).toBeLessThan(plain.speed);
  const cheerful = readInstructions('Speak in a cheerful and positive tone.');
  expect(cheerful.pitchSemitones).toBeGreaterThan(1);
  expect(cheerful.pitchRange).toBeGreaterThan(1);
  expect(cheerful.unknown).toEqual([]);
});

test('Chinese is understood too', () => {
  expect(readInstructions('开心，慢一点')).toMatchObject({ speed: expect.any(Number), unknown: [] });
  expect(readInstructions('慢一点').speed).toBeLessThan(1);
});

test('what is not known is named', () => {
  expect(readInstructions('cheerful, like a pirate').unknown).toEqual(['pirate']);
  expect(readInstructions('').unknown).toEqual([]);
});

test.each([
  ['not too fast', 'not too fast'],
  ["don't whisper, please", "don't whisper"],
  ['calm, less cheerful', 'less cheerful'],
  ['never sound angry', 'never sound angry'],
  ['不要太快', '不要太快'],
  ['别生气', '别生气'],
  ['不高兴', '不高兴'],
])('what is not wanted is not done, and named: %s', (text, unknown) => {
  const calm = text.startsWith('calm') ? readInstructions('calm') : readInstructions('');
  expect(readInstructions(text)).toEqual({ ...calm, unknown: [unknown] });
});

test('each of its words is found, and stays within what can be spoken', () => {
  for (const word of INSTRUCTION_WORDS) expect(readInstructions(word).unknown).toEqual([]);
  const all = readInstructions('very excited, very fast, very high, very loud, very lively');
  expect(all.speed).toBeLessThanOrEqual(2);
  expect(all.pitchSemitones).toBeLessThanOrEqual(8);
});
