// The layouts that a corpus may have.
import type { CorpusFormat } from '@gpt-talker/dataset';

export const FORMATS: readonly CorpusFormat[] = ['dailytalk', 'ncssd', 'list', 'manifest'];
