// The turns that the page shows, in order.
import { signal } from '@preact/signals';
import type { ReplyInfo, Role } from '../api/types';
import type { Clip } from '../sound/clip';

/** How a reply came about: what was asked for, and what the server says of it. */
export interface ReplyFacts extends Partial<ReplyInfo> {
  tokens?: number[];
  /** From the request to the first sound, as measured in this browser. */
  heardAfterSeconds?: number;
}

export interface Turn {
  /** Stays the same while the page is open. */
  key: number;
  role: Role;
  text: string;
  /** Of the voice's, where one was chosen. */
  speaker?: string;
  clip?: Clip;
  /** There for replies that the voice spoke. */
  reply?: ReplyFacts;
  /** The same text and seed, spoken without any history, when someone asked for it. */
  bare?: Clip;
}

export const turns = signal<readonly Turn[]>([]);

let lastKey = 0;

export function appendTurn(turn: Omit<Turn, 'key'>): Turn {
  const keyed = { ...turn, key: ++lastKey };
  turns.value = [...turns.value, keyed];
  return keyed;
}

export function changeTurn(key: number, change: Partial<Turn>): void {
  turns.value = turns.value.map((turn) => (turn.key === key ? { ...turn, ...change } : turn));
}

/** The nearest turn before `turn` that has sound: what its pitch is compared with. */
export function soundBefore(turn: Turn): Turn | undefined {
  const index = turns.value.findIndex(({ key }) => key === turn.key);
  return turns.value.slice(0, index).findLast(({ clip }) => clip !== undefined);
}

export const speakerName = (role: Role): string => (role === 'user' ? 'You' : 'Agent');
