// Which releases of our packages a voice can be spoken by. A voice outlives the program that exported it, and an older program that ignores
// what it does not know of would speak wrongly rather than fail.
import { VoiceFileError } from './errors';
import type { VoiceManifest } from './voice-manifest';

/**
 * Compares what a voice needs with a package that is to speak it.
 * @param version of the package that runs
 * @param where names the voice in the error
 * @throws VoiceFileError `version` where the voice needs a later one
 */
export function checkRequirement(
  { requires }: Pick<VoiceManifest, 'requires'>,
  name: string,
  version: string,
  where = 'voice.json',
): void {
  const needed = requires && Object.hasOwn(requires, name) ? requires[name] : undefined;
  if (needed === undefined || !isBefore(version, needed)) return;
  throw new VoiceFileError(
    'version',
    `${where}: the voice needs ${name} ${needed} or later, but this is ${version}; run npm install ${name}@latest`,
  );
}

/** Whether one version comes before another. What is before a release, such as 1.2.0-next.1, counts as the release. */
function isBefore(version: string, other: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(other)];
  const first = a.findIndex((number, index) => number !== b[index]);
  return first >= 0 && a[first] < b[first];
}

function numbersOf(version: string): number[] {
  return version
    .replace(/[-+].*$/, '')
    .split('.')
    .map(Number);
}
