import type { Audio } from '@gpt-talker/audio';
import { blindPairs, listeningPage } from './listening-page';

const audio = (level: number): Audio => ({ samples: new Float32Array(160).fill(level), sampleRate: 16000 });
const spoken = ['One < two.', '</script><b>Three.'].map((sentence) => ({
  sentence,
  voice: audio(0.1),
  copy: audio(0.2),
  teacher: audio(0.3),
}));

test('every sentence is compared with the teacher and with the copy, on sides and in an order that the seed draws', () => {
  const pairs = blindPairs(40, 'a');
  expect(pairs).toHaveLength(80);
  expect(blindPairs(40, 'a')).toEqual(pairs);
  expect(blindPairs(40, 'b')).not.toEqual(pairs);
  for (let sentence = 0; sentence < 40; sentence++) {
    const others = pairs
      .filter((pair) => pair.sentence === sentence)
      .map(({ first, second }) => [first, second].sort().join());
    expect(others.sort()).toEqual(['copy,voice', 'teacher,voice']);
  }
  const left = pairs.filter(({ first }) => first === 'voice').length;
  expect(left).toBeGreaterThan(20);
  expect(left).toBeLessThan(60);
  expect(pairs.map(({ sentence }) => sentence)).not.toEqual(
    [...pairs.map(({ sentence }) => sentence)].sort((a, b) => a - b),
  );
});

test('the page holds its sounds, needs nothing from elsewhere, and no sentence can end its script', async () => {
  const page = await listeningPage('tiny', spoken, '1');
  expect(page.match(/data:audio\/wav;base64,/g)).toHaveLength(6);
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page).not.toMatch(/(src|href)="?http/);
  const data = JSON.parse(/const data = (.*);\n/.exec(page)![1]) as {
    sounds: { sentence: string }[];
    pairs: unknown[];
  };
  expect(data.sounds.map(({ sentence }) => sentence)).toEqual(spoken.map(({ sentence }) => sentence));
  expect(data.pairs).toHaveLength(4);
});
