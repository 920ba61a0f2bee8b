// What every fault of docs/reliability.md is made with.
export interface Settings {
  /** How often. */
  count: number;
  workers: number;
  seed: number;
  /** Seconds of the longest partition. */
  longest: number;
}
