// A real Chromium for the page's tests, which notes whatever the page complains of and wherever it sends something.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { listen } from './ear';

const PROGRAM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (file): file is string => file !== undefined && existsSync(file),
);

/** Tests that need the browser; without one they are skipped, and say why. */
export const describeInBrowser = (name: string, body: () => void): void =>
  PROGRAM ? describe(name, body) : describe.skip(`${name} (there is no Chromium: apt-get install chromium)`, body);

/** A fresh profile every time; a microphone that beeps, and the permission to use it. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: PROGRAM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--no-first-run',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

export interface OpenedPage {
  page: Page;
  /** Errors on the console, exceptions, violations of the content security policy. */
  complaints: string[];
  /** Where requests went. */
  origins: Set<string>;
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions & { before?: () => void } = {},
): Promise<OpenedPage> {
  const { before, ...contextOptions } = options;
  const context = await browser.newContext({
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 900 },
    ...contextOptions,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') || protocol.startsWith('ws')) origins.add(origin);
  });
  await page.addInitScript(listen);
  if (before) await page.addInitScript(before);
  await page.goto(address);
  await page.locator('#words').waitFor();
  return { page, complaints, origins, close: () => context.close() };
}
