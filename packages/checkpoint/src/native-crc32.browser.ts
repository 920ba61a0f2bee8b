// Browsers have no CRC-32 of their own.
export const nativeCrc32: ((data: Uint8Array) => number) | undefined = undefined;
