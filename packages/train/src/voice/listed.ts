// Names in messages.
const SHOWN = 8;

/** Some names and how many there are in all. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown}, … (${names.length} in all)` : shown;
}
