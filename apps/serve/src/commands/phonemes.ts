// gpt-talker phonemes: how a text is read aloud, and with --explain who said so for every piece of it.
import { Command } from 'commander';
import type { Explanation, TextLanguage } from '@gpt-talker/tokenizer';
import { UsageError } from '../report-error';

interface PhonemesOptions {
  language: string;
  explain?: boolean;
  lexicon?: string;
  json?: boolean;
}

export function phonemesCommand(): Command {
  return new Command('phonemes')
    .description('Shows how a text is read: its phonemes, and why.')
    .argument('<text>', 'the text; [行长](hang2 zhang3) and [lead](L EH1 D) give readings inside it')
    .option('-l, --language <language>', 'en, zh (with foreign words in it), yue (Cantonese) or auto', 'auto')
    .option('-e, --explain', 'one line a piece: source, rule, and for each word its phonemes and who gave them')
    .option('-x, --lexicon <file>', 'readings that override every dictionary: a word and its phonemes a line')
    .option('--json', 'print one JSON object')
    .action((text: string, options: PhonemesOptions) => phonemes(text, options));
}

async function phonemes(text: string, { language, explain: explained, lexicon, json }: PhonemesOptions): Promise<void> {
  const { explain, readLexicon } = await import('@gpt-talker/tokenizer');
  const explanation = explain(text, {
    // An unknown language is the tokenizer's to report.
    language: language as TextLanguage,
    lexicon:
      lexicon === undefined
        ? undefined
        : await readLexicon(lexicon).catch((error: unknown) => unreadable(error, lexicon)),
  });
  if (json) {
    const { ids, ...rest } = explanation;
    if (!explained) delete (rest as Partial<Explanation>).pieces;
    process.stdout.write(`${JSON.stringify({ ...rest, ids: [...ids] })}\n`);
    return;
  }
  process.stdout.write(`${explanation.normalized}\n${explanation.phonemes.join(' ')}\n`);
  if (explained) process.stdout.write(`\n${table(explanation)}\n`);
  for (const warning of explanation.warnings) process.stderr.write(`warning: ${oneLine(warning)}\n`);
}

function unreadable(error: unknown, file: string): never {
  const { code } = error as { code?: string };
  if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
  throw new UsageError(
    code === 'ENOENT'
      ? `lexicon '${file}' does not exist; check the path`
      : `lexicon '${file}' cannot be read (${code})`,
  );
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

/** Chinese characters take two columns of a terminal. */
const width = (text: string) =>
  [...text].reduce(
    (sum, character) => sum + (/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/u.test(character) ? 2 : 1),
    0,
  );

const padded = (text: string, columns: number) => text + ' '.repeat(Math.max(0, columns - width(text)));

/** Source, rule and words in columns; a piece that says nothing has '(silent)'. */
function table({ pieces }: Explanation): string {
  const rows = pieces.map(({ source, rule, words }) => ({
    source: oneLine(source),
    rule,
    words: words.map((word) => `${word.text}: ${word.phonemes.join(' ')} (${word.source})`),
  }));
  const widest = (column: 'source' | 'rule') => Math.min(32, Math.max(...rows.map((row) => width(row[column]))));
  const [sources, rules] = [widest('source'), widest('rule')];
  const indent = ' '.repeat(sources + rules + 4);
  return rows
    .map(
      ({ source, rule, words }) =>
        `${padded(source, sources)}  ${padded(rule, rules)}  ${words.join(`\n${indent}`) || '(silent)'}`,
    )
    .join('\n');
}
