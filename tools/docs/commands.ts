// The commands that the guides tell readers to type: whole lines in blocks of code, and those within a line. `gpt-talker talk …` is one,
// and so is `npm run docs`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';

export const root = path.resolve(__dirname, '../..');

export interface GuideCommand {
  /** FILE:LINE */
  place: string;
  words: string[];
  /** Stands for itself: neither within a line of text, nor with an ellipsis or brackets for what may be left out. */
  whole: boolean;
}

const PROGRAMS = /^(?:npm|npx|node|mpirun|gpt-talker|gpt-talker-train)$/;
const PLACEHOLDER = /^(?:[A-Z][A-Z_]+|[A-Z]|…)$/;

/** Every committed guide: decisions and change logs tell of what was, fixtures have their own. */
export function guides(): string[] {
  return execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => !/^(?:\.changeset|\.github|docs\/decisions)\/|CHANGELOG|\.api\.md$|\/fixtures\//.test(file));
}

export function commandsOf(file: string): GuideCommand[] {
  const lines = readFileSync(path.join(root, file), 'utf8').split('\n');
  const found: GuideCommand[] = [];
  let fence: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const place = `${file}:${at + 1}`;
    const opened = /^ *```(\w*)/.exec(lines[at]);
    if (opened) {
      fence = fence === undefined ? opened[1] : undefined;
      continue;
    }
    if (fence === 'bash' || (fence === undefined && /^ {4}/.test(lines[at]))) {
      let text = lines[at];
      while (text.endsWith('\\')) text = text.slice(0, -1) + lines[++at];
      // A comment behind it, or what else the column beside it says.
      const line = text.trim().replace(/ {2,}(?:#|\().*$|\s+#\s.*$/, '');
      for (const part of line.split(' && ')) add(part, place, !/…|\[/.test(part));
    } else if (fence === undefined) {
      for (const [, code] of lines[at].matchAll(/`([^`]+)`/g)) add(code, place, false);
    }
  }
  return found;

  function add(text: string, place: string, whole: boolean): void {
    const words = wordsOf(text).filter((word) => word !== '…');
    while (/^[A-Z_]+=/.test(words[0] ?? '') || words[0] === 'sudo') words.shift();
    if (PROGRAMS.test(words[0] ?? '') && words.length > 1) found.push({ place, words, whole });
  }
}

/** What a shell makes of it, as far as guides go; brackets around what may be left out are taken away, and ends where the output goes elsewhere. */
function wordsOf(text: string): string[] {
  const bare = text.replace(/[[\]]/g, (bracket, index) => (insideQuotes(text, index) ? bracket : ' '));
  const words = [...bare.matchAll(/((?:"[^"]*"|'[^']*'|[^\s"'])+)/g)].map(([word]) => word.replaceAll(/["']/g, ''));
  const end = words.findIndex((word) => /^[>|<]/.test(word));
  return end < 0 ? words : words.slice(0, end);
}

function insideQuotes(text: string, index: number): boolean {
  return text.slice(0, index).split('"').length % 2 === 0;
}

/** Whether a word stands for what readers put in its place: FOLDER, N. */
export function isPlaceholder(word: string): boolean {
  return word === '' || PLACEHOLDER.test(word) || word.split('=').some((part) => PLACEHOLDER.test(part));
}
