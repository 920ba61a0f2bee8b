// A page has no packages besides those that were bundled with it.

export function requireInstalled(_name: string, _locations?: readonly string[]): unknown {
  return undefined;
}
