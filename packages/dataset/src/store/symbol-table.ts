// Which table of symbols the phoneme ids of a corpus are numbers of: a model that reads them by another would say something else.
import { createHash } from 'node:crypto';
import { SYMBOLS, SYMBOLS_V2 } from '@gpt-talker/tokenizer';
import { z } from 'zod';

export const symbolTableSchema = z.object({ count: z.number().int().positive(), sha256: z.string() });

/** How many symbols there are, and the SHA-256 of their list. */
export type SymbolTable = z.infer<typeof symbolTableSchema>;

export const symbolTableOf = (symbols: readonly string[]): SymbolTable => ({
  count: symbols.length,
  sha256: createHash('sha256').update(symbols.join('\n')).digest('hex'),
});

/** The table that texts of these languages take: Cantonese has symbols that GPT-SoVITS's first list does not. */
export const symbolTableFor = (languages: readonly string[]): SymbolTable =>
  symbolTableOf(languages.includes('yue') ? SYMBOLS_V2 : SYMBOLS);
