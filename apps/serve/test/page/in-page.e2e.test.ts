// The page without its server and without a network: the embedded voice speaks in the browser, and sounds as it does in Node.
import path from 'node:path';
import { readDialogueFile } from '@gpt-talker/context';
import { Talker } from '@gpt-talker/talker';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launch, openPage, type OpenedPage } from './browser';
import { differenceDecibels, lastReply } from './kept-replies';
import { buildPage, serveFolder, type BuiltPage, type StaticServer } from './static-page';

jest.setTimeout(240_000);

const VOICE = path.resolve(__dirname, '../../../../packages/voice-tiny/voice');
const TEXT = 'That sounds wonderful!';
/** For a machine that is busy with other tests. */
const SLOW = { timeout: 150_000 };

describeInBrowser('the page that needs no server', () => {
  let browser: Browser;
  let built: BuiltPage;
  let server: StaticServer;
  let opened: OpenedPage;

  beforeAll(async () => {
    [browser, built] = await Promise.all([launch(), buildPage()]);
    server = await serveFolder(built.folder);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  const place = (page: Page, text: RegExp) => page.locator('.place', { hasText: text }).waitFor(SLOW);
  const turns = (page: Page) => page.locator('.turn:not(.live)');

  test('a voice that is not what voice.json says is refused, nothing of it is kept, and trying again fixes it', async () => {
    server.fault = (file, response) => {
      if (!file.endsWith('/gpt.onnx')) return false;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Log in</title>');
      return true;
    };
    opened = await openPage(browser, server.address);
    const { page } = opened;
    await page.getByRole('alert').getByText('The voice cannot be loaded.').waitFor(SLOW);
    expect(await page.getByRole('alert').innerText()).toContain('is a web page, but voice.json says');
    server.fault = undefined;
    opened.complaints.length = 0;
    await page.getByRole('button', { name: 'Try again' }).click();
    await place(page, /^Computed in this page, by WebAssembly with one thread/);
    expect(await page.getByRole('alert').innerText()).toBe('');
  });

  test('without a network it opens again, and what is typed sounds as it does in Node', async () => {
    const { page } = opened;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await server.close();
    await page.context().setOffline(true);
    await page.reload();
    await place(page, /^Computed in this page/);
    await page.getByRole('button', { name: 'Begin with this conversation' }).click();
    await turns(page).nth(4).waitFor(SLOW);
    await page.getByLabel('Top k').fill('1');
    await page.locator('#words').fill(TEXT);
    await page.getByRole('button', { name: 'Speak', exact: true }).click();
    await turns(page).nth(5).waitFor(SLOW);
    const heard = await lastReply(page);

    // The same arithmetic in Node; packages/talker/test/wasm-voice.test.ts compares that with the native library.
    const talker = await Talker.load(VOICE, { runtime: 'wasm', intraOpThreads: 1 });
    const dialogue = await readDialogueFile(path.resolve(__dirname, '../../../../examples/weekend.json'));
    const seed = Number(await page.getByLabel('Seed', { exact: true }).inputValue());
    const expected = await talker.reply(dialogue, TEXT, { seed, sampling: { topK: 1 } });
    await talker.dispose();
    expect(heard.tokens).toEqual([...expected.tokens]);
    expect(differenceDecibels(heard.audio.samples, expected.audio.samples)).toBeLessThan(-40);
    expect(opened.complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(text))).toEqual([]);
    expect([...opened.origins]).toEqual([server.address]);
  });
});
