// Where this code lies, for finding packages beside it. The sources run as CommonJS.

export function moduleLocations(): string[] {
  return [__filename];
}
