// A sequence that is too long for a model is computed in overlapping windows. Each window's edges, where it knows least of the
// surroundings, are given up for its neighbour's:
//
//   window 0   ────────────────╲
//   window 1              ╲────────────────╲          the middle of each overlap: one fades out, the next one in
//   window 2                          ╲──────────────

/** Rows [from, to) of the sequence. */
export interface Window {
  from: number;
  to: number;
}

/** Windows of `length` rows (or one, of all rows), evenly spread, with at least `overlap` rows in common with the next. */
export function overlappingWindows(total: number, length: number, overlap: number): Window[] {
  if (total <= length) return [{ from: 0, to: total }];
  const steps = Math.ceil((total - length) / (length - overlap));
  return Array.from({ length: steps + 1 }, (_, index) => {
    const from = Math.round((index * (total - length)) / steps);
    return { from, to: from + length };
  });
}

/**
 * Puts windows' rows together.
 * @param rows one array a window, [to − from, width] row by row
 * @param fade over how many rows, in the middle of an overlap, one window gives way to the next; 0: at once
 * @returns [total, width]
 */
export function joinWindows(
  windows: readonly Window[],
  rows: readonly Float32Array[],
  width: number,
  fade: number,
): Float32Array {
  if (windows.length === 1) return rows[0];
  const joined = new Float32Array(windows[windows.length - 1].to * width);
  windows.forEach(({ from, to }, index) => {
    for (let row = from; row < to; row++) {
      const begun = index === 0 ? 1 : shareOfNext(row, windows[index - 1], windows[index], fade);
      const ended = index === windows.length - 1 ? 0 : shareOfNext(row, windows[index], windows[index + 1], fade);
      const share = begun * (1 - ended);
      if (share === 0) continue;
      for (let column = 0; column < width; column++)
        joined[row * width + column] += share * rows[index][(row - from) * width + column];
    }
  });
  return joined;
}

/** 0 before the fade from one window to the next, 1 after it. */
function shareOfNext(row: number, current: Window, next: Window, fade: number): number {
  const distance = row + 0.5 - (next.from + current.to) / 2;
  if (fade === 0) return distance >= 0 ? 1 : 0;
  return Math.min(1, Math.max(0, 0.5 + distance / fade));
}
