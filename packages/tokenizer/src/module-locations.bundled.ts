// Where this code lies in a build, or in what another bundler made of it: such a bundle may be CommonJS (no import.meta.url) or hold a
// made-up `__filename`.

export function moduleLocations(): string[] {
  const candidates = [typeof __filename === 'string' ? __filename : undefined, import.meta.url];
  return candidates.filter(
    (location) => location !== undefined && /^(?:file:|\/|[A-Za-z]:[\\/])/.test(location),
  ) as string[];
}
