// Measures the page that speaks by itself, and compares it with the native library: npm run check:page, with `--isolated`
// as a page that may have threads, with `--browsers` in browsers that refuse something instead. Each reply answers one turn, with top-k 1: what
// differs is arithmetic alone.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Talker } from '@gpt-talker/talker';
import { launch } from './browser';
import { differenceDecibels } from './kept-replies';
import { checkOtherBrowsers } from './other-browsers';
import { placeOf, replyInPage } from './reply-in-page';
import { serveFolder } from './static-page';

const ROOT = path.resolve(__dirname, '../..');
const USER = 'Shall we go to the lake on Saturday?';
const REPLIES = [
  'That sounds wonderful!',
  'I would love to come with you.',
  'What time shall we meet?',
  'I am sorry, I have to work.',
  'The weather will be fine.',
  'Let me ask my brother first.',
  'We could take the early train.',
  'Yes, and I will bring the food.',
  'It is too cold to swim.',
  'Please call me in the evening.',
];

async function main(): Promise<void> {
  if (!existsSync(path.join(ROOT, 'dist/page/index.html'))) {
    console.error('apps/serve/dist/page is not built: npm run page');
    process.exitCode = 2;
    return;
  }
  if (process.argv.includes('--browsers')) return otherBrowsers();
  const isolated = process.argv.includes('--isolated');
  const [browser, server] = await Promise.all([launch(), serveFolder(path.join(ROOT, 'dist/page'), { isolated })]);
  const talker = await Talker.load(path.resolve(ROOT, '../../packages/voice-tiny/voice'), { intraOpThreads: 1 });
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(120_000);
    const begun = performance.now();
    await page.goto(server.address);
    console.log(await placeOf(page));
    console.log(`loaded and warm after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    let same = 0;
    for (const [index, text] of REPLIES.entries()) {
      if (index > 0) await page.getByRole('button', { name: 'New', exact: true }).click();
      const heard = await replyInPage(page, USER, text);
      const dialogue = { turns: [{ role: 'user' as const, text: USER }] };
      const native = await talker.reply(dialogue, text, { seed: heard.seed, sampling: { topK: 1 } });
      const equal =
        heard.tokens.length === native.tokens.length && heard.tokens.every((token, i) => token === native.tokens[i]);
      if (equal) same++;
      const decibels = equal
        ? `${differenceDecibels(heard.audio.samples, native.audio.samples).toFixed(1)} dB`
        : 'other tokens';
      const { firstAudioSeconds, realTimeFactor } = heard.timings;
      console.log(
        `first sound ${(1000 * firstAudioSeconds).toFixed(0)} ms, real-time factor ${realTimeFactor.toFixed(2)}, ${decibels}: ${text}`,
      );
    }
    console.log(`${same} of ${REPLIES.length} replies have the native library's tokens`);
  } finally {
    await Promise.all([talker.dispose(), browser.close(), server.close()]);
  }
}

async function otherBrowsers(): Promise<void> {
  const browser = await launch();
  try {
    await checkOtherBrowsers(browser, path.join(ROOT, 'dist/page'));
  } finally {
    await browser.close();
  }
}

void main();
