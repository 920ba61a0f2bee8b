// The page that needs no server in browsers that refuse something, and in two tabs: npm run check:page -- --browsers.
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openPage } from './browser';
import { placeOf, replyInPage, speakInPage } from './reply-in-page';
import { serveFolder } from './static-page';

const USER = 'Shall we go to the lake on Saturday?';
const TEXT = 'I would love to come with you.';
/** Two tabs that warm up at once take their time where a machine has other work. */
const PATIENCE = 240_000;

export async function checkOtherBrowsers(browser: Browser, folder: string): Promise<void> {
  const server = await serveFolder(folder);
  try {
    await twoTabs(browser, server.address);
    await withoutStorage(browser, server.address);
    await withoutWebGpu(browser, server.address);
  } finally {
    await server.close();
  }
  const isolated = await serveFolder(folder, { isolated: true });
  try {
    const { page, close } = await openPage(browser, isolated.address);
    page.setDefaultTimeout(PATIENCE);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    console.log(`isolated: ${await placeOf(page)}`);
    const { tokens } = await replyInPage(page, USER, TEXT);
    console.log(`isolated: ${tokens.length} tokens`);
    await close();
  } finally {
    await isolated.close();
  }
}

/** Both fetch the voice at the same time, keep it under the same hashes, and speak at the same time. */
async function twoTabs(browser: Browser, address: string): Promise<void> {
  const { page, complaints, close } = await openPage(browser, address);
  const second = await page.context().newPage();
  await second.goto(address);
  const pages = [page, second];
  for (const one of pages) one.setDefaultTimeout(PATIENCE);
  await Promise.all(pages.map(placeOf));
  const [one, other] = await Promise.all(pages.map((tab) => replyInPage(tab, USER, TEXT)));
  assert.deepEqual(one.tokens, other.tokens);
  assert.notEqual(page.url(), second.url());
  assert.deepEqual(complaints, []);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const counts = await Promise.all(
      names.map(async (name) => [name, (await (await caches.open(name)).keys()).length]),
    );
    return Object.fromEntries(counts) as Record<string, number>;
  });
  console.log(`two tabs: ${one.tokens.length} tokens each, the same; kept: ${JSON.stringify(kept)}`);
  await close();
}

async function withoutStorage(browser: Browser, address: string): Promise<void> {
  const { page, complaints, close } = await openPage(browser, address, {
    serviceWorkers: 'block',
    before: () => {
      // No named function here: tsx would have it named by a helper that pages do not have.
      CacheStorage.prototype.open = () => Promise.reject(new DOMException('Denied', 'SecurityError'));
      for (const name of ['indexedDB', 'localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('The user denied permission', 'SecurityError');
          },
        });
      }
    },
  });
  page.setDefaultTimeout(PATIENCE);
  await placeOf(page);
  await speakInPage(page, USER, TEXT);
  assert.equal(await alertOf(page), '');
  console.log(`storage refused: it speaks; complaints: ${JSON.stringify(complaints)}`);
  await close();
}

async function withoutWebGpu(browser: Browser, address: string): Promise<void> {
  const { page, close } = await openPage(browser, `${address}/?provider=webgpu`);
  page.setDefaultTimeout(PATIENCE);
  await page.getByText('This browser cannot compute the voice.').waitFor();
  console.log(`without WebGPU: ${(await alertOf(page)).replaceAll('\n', ' ')}`);
  await close();
}

const alertOf = (page: Page): Promise<string> => page.getByRole('alert').innerText();
