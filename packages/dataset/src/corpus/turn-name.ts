// Upstream's names of recordings: {turn}_{speaker}_d{dialogue}.wav.

export interface TurnName {
  number: number;
  speaker: string;
  dialogue: string;
}

/** Formats that are read: wav here, the others through the system's ffmpeg. */
const AUDIO_NAME = /^(\d+)_([^_]+)_d(.+)\.(?:wav|flac|mp3|ogg|opus|m4a|aac)$/i;

/** The parts of a recording's name, or undefined for any other name. */
export function parseTurnName(name: string): TurnName | undefined {
  const match = AUDIO_NAME.exec(name);
  return match ? { number: Number(match[1]), speaker: match[2], dialogue: match[3] } : undefined;
}

export function isAudioName(name: string): boolean {
  return /\.(?:wav|flac|mp3|ogg|opus|m4a|aac)$/i.test(name);
}

/** Numbers by value, all else by code point: turn 10 follows turn 9, on every machine. */
export function naturalOrder(first: string, second: string): number {
  const parts = (text: string) => text.split(/(\d+)/);
  const [a, b] = [parts(first), parts(second)];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] === b[index]) continue;
    const difference = index % 2 === 1 ? Number(a[index]) - Number(b[index]) : 0;
    if (difference !== 0) return difference;
    return a[index] < b[index] ? -1 : 1;
  }
  return a.length - b.length;
}
