// Which language a text is in: what the corpus says, or else its script.

/** The names that upstream's lists use. */
const NAMES: Readonly<Record<string, string>> = { all_zh: 'zh', auto_zh: 'zh', chinese: 'zh', english: 'en' };

/** 'ZH', 'zh-CN', 'english' → 'zh', 'zh', 'en'. */
export function normaliseLanguage(name: string): string {
  const lower = name.trim().toLowerCase();
  return NAMES[lower] ?? lower.split(/[-_]/)[0];
}

/** By script: Chinese if it has a Han character, otherwise English. */
export function languageOf(text: string): string {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}
