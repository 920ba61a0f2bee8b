// Python's way to write a list of numbers and strings, which upstream's text files use (and read with eval; here it is parsed).

type Item = number | string;

const ITEM = /\s*(?:(-?\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/y;

/** "['0_1_d0.wav', 38, 15]" → its items; undefined for anything but a flat list of numbers and strings. */
export function parsePythonList(text: string): Item[] | undefined {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const items: Item[] = [];
  ITEM.lastIndex = 0;
  while (inner.slice(ITEM.lastIndex).trim() !== '') {
    const match = ITEM.exec(inner);
    if (match === null) return undefined;
    const [, number, single, double, end] = match;
    items.push(number !== undefined ? Number(number) : unescaped(single ?? double));
    if (end === '') break;
  }
  return items;
}

/** A list of whole numbers; numbers in quotes count. */
export function parseCounts(text: string): number[] | undefined {
  const items = parsePythonList(text)?.map(Number);
  return items?.every((item) => Number.isInteger(item) && item >= 0) ? items : undefined;
}

/** As Python's repr writes it. */
export function pythonList(items: readonly Item[]): string {
  return `[${items.map((item) => (typeof item === 'number' ? String(item) : quoted(item))).join(', ')}]`;
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
