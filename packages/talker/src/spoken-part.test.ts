import { spokenPart } from './spoken-part';

test.each([
  [0, ''],
  [0.05, ''],
  [0.2, 'Well'],
  [0.65, 'Well, that was'],
  [0.98, 'Well, that was nice'],
  [1, 'Well, that was nice! '],
])('at %d of a text, the nearest words have been said', (share, said) => {
  expect(spokenPart('Well, that was nice! ', share)).toBe(said);
});

test('languages without spaces have words too', () => {
  expect(spokenPart('今天天气很好', 0.4, 'zh')).toBe('今天');
});
