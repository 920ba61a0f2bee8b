// What api_v2's clients set for the requests that follow: the voice and the reference of a request that names none. As there, it holds for
// all clients, and until the process ends.
import type { VoiceDescription } from '../engine/engine';

export class ApiV2Defaults {
  /** One of those that the operator loaded. */
  voice: VoiceDescription | undefined;
  /** A file of the reference folder, which is read again for each request. */
  reference: string | undefined;

  /** As it was at the start. */
  reset(): void {
    [this.voice, this.reference] = [undefined, undefined];
  }
}
