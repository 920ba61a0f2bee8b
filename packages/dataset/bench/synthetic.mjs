// Corpora of synthetic speech of any length, for measuring.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';

const RECORDINGS = 50;
const TURNS = 8;
const WORDS = 'we will meet at the old station on sunday and walk along the river until it is dark'.split(' ');

/** Harmonics with pauses and some noise: as much work as speech. */
export function makeRecordings(folder, sampleRate) {
  const directory = path.join(folder, `wav-${sampleRate}`);
  mkdirSync(directory);
  return Array.from({ length: RECORDINGS }, (_, index) => {
    const seconds = 2 + (index % 9) / 2;
    let state = index + 1;
    const samples = Float32Array.from({ length: seconds * sampleRate }, (_value, n) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = (state / 2 ** 31 - 1) * 0.01;
      const t = n / sampleRate;
      const voiced = Math.sin(2 * Math.PI * 1.3 * t) > -0.5 ? 1 : 0.02;
      const hertz = 110 + 3 * index + 10 * Math.sin(2 * Math.PI * 0.7 * t);
      let value = 0;
      for (let harmonic = 1; harmonic <= 6; harmonic++)
        value += Math.sin(2 * Math.PI * hertz * harmonic * t) / harmonic;
      return 0.2 * voiced * value + noise;
    });
    const file = path.join(directory, `${index}.wav`);
    writeFileSync(file, writeWav({ samples, sampleRate }));
    return { file, seconds };
  });
}

/** Dialogues over the same recordings again and again. */
export function manifest(folder, name, recordings, wantedHours) {
  const lines = [];
  let seconds = 0;
  for (let dialogue = 0; seconds < wantedHours * 3600; dialogue++) {
    const turns = Array.from({ length: TURNS }, (_, turn) => {
      const recording = recordings[(dialogue * 3 + turn) % recordings.length];
      seconds += recording.seconds;
      const words = Array.from(
        { length: 4 + ((dialogue + turn) % 12) },
        (_word, n) => WORDS[(dialogue + turn * 5 + n * 3) % WORDS.length],
      );
      return { role: turn % 2 ? 'agent' : 'user', text: `${words.join(' ')}.`, audio: recording.file };
    });
    lines.push(JSON.stringify({ id: `d${dialogue}`, turns }));
  }
  const file = path.join(folder, `${name}.jsonl`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
