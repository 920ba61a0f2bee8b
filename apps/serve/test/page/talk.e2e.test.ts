// The page with the embedded voice: a conversation is begun, written, recorded, heard and looked into.
import { readFile } from 'node:fs/promises';
import { readWav } from '@gpt-talker/audio';
import { parseDialogue } from '@gpt-talker/context';
import { unzipSync } from 'fflate';
import type { Browser, Download, Page } from 'playwright-core';
import { flaws, overflow } from './accessibility';
import { describeInBrowser, launch, openPage, type OpenedPage } from './browser';
import { serve, type Served } from './served';

describeInBrowser('a conversation with the embedded voice', () => {
  let browser: Browser;
  let served: Served;
  let opened: OpenedPage;
  let page: Page;

  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(), serve()]);
    opened = await openPage(browser, served.address);
    page = opened.page;
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });
  // Whatever a test does, the page neither complains nor talks to anybody else.
  afterEach(() => {
    expect(opened.complaints).toEqual([]);
    expect([...opened.origins]).toEqual([served.address]);
  });

  const turns = () => page.locator('.turn:not(.live)');
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  test('the empty page explains itself, and has an example', async () => {
    await page.getByRole('heading', { name: 'A voice that listens before it speaks.' }).waitFor();
    expect(await flaws(page)).toEqual([]);
    await button('Begin with this conversation').click();
    await turns().nth(4).waitFor();
    expect(await page.locator('#words').inputValue()).toBe('That sounds wonderful! I would love to come with you.');
  });

  test('a reply that is typed is heard while it is made, and is what is kept', async () => {
    await button('Speak').click();
    await page.locator('.turn.live canvas').waitFor();
    await turns().nth(5).waitFor();
    const { peak, chunks } = await page.evaluate(() => window.ear);
    expect(peak).toBeGreaterThan(0.05);
    expect(chunks.length).toBeGreaterThan(2);
    // No chunk begins before the one before it ends; that there is no gap either is for stream-player.test.ts, which has time in its hand.
    for (const [i, { start, samples, sampleRate }] of chunks.slice(0, -1).entries())
      expect(chunks[i + 1].start - (start + samples.length / sampleRate)).toBeGreaterThan(-1e-6);
    const kept = readWav(
      await savedBytes(page, () => page.getByLabel('Save the agent’s turn 6 as a wav file').click()),
    );
    expect(kept.sampleRate).toBe(chunks[0].sampleRate);
    expect(chunks.flatMap(({ samples }) => samples)).toEqual([...kept.samples]);
  });

  test('the server has the same', async () => {
    const id = decodeURIComponent(new URL(page.url()).hash.slice(2));
    const conversation = (await (await fetch(`${served.address}/v1/conversations/${id}`)).json()) as {
      turns: { role: string; text: string; seconds: number }[];
    };
    expect(conversation.turns).toHaveLength(6);
    expect(conversation.turns[5]).toMatchObject({
      role: 'agent',
      text: 'That sounds wonderful! I would love to come with you.',
    });
    expect(await turns().nth(5).locator('.time').textContent()).toBe(`${conversation.turns[5].seconds.toFixed(1)} s`);
  });

  test('inside a reply: mel picture, tokens, pitch, timing, and the same without history', async () => {
    await button('Look inside').click();
    await page.getByRole('img', { name: /^Mel spectrogram, \d/ }).waitFor();
    expect(await distinctColours(page)).toBeGreaterThan(50);
    expect(await page.getByRole('img', { name: /^\d+ tokens/ }).count()).toBe(1);
    expect(await page.getByRole('img', { name: /^You: mostly \d+ hertz.* Agent: mostly \d+ hertz/ }).count()).toBe(1);
    expect(await page.locator('.timing dl').innerText()).toMatch(
      /First sound ready\s+\d\.\d\d s[^]*Real-time factor\s+\d/,
    );
    await button('Without history').click();
    await page.getByRole('heading', { name: 'With history and without' }).waitFor();
    await page.getByRole('img', { name: /^With: mostly .* Without: mostly/ }).waitFor();
    expect(await turns().count()).toBe(6);
    expect(await flaws(page)).toEqual([]);
  });

  test('what the microphone hears becomes a turn, once its words are written', async () => {
    await page.keyboard.press('Alt+KeyU');
    await button('Record').click();
    await page.waitForTimeout(1300);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Play your recording' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').innerText()).toContain('The words are missing.');
    await page.getByLabel('The words of your recording').fill('Beep, beep.');
    await page.keyboard.press('Enter');
    await turns().nth(6).waitFor();
    expect(await page.getByRole('alert').innerText()).toBe('');
    const { samples, sampleRate } = readWav(
      await savedBytes(page, () => page.getByLabel('Save your turn 7 as a wav file').click()),
    );
    expect(samples.length / sampleRate).toBeGreaterThan(0.8);
    expect(Math.max(...samples)).toBeGreaterThan(0.1);
  });

  test('a turn plays, and its slider moves through it', async () => {
    const slider = page.getByLabel('Position in your turn 1');
    await button('Play your turn 1').click();
    await page.getByRole('button', { name: 'Pause your turn 1' }).waitFor();
    await expectEventually(async () => Number(await slider.inputValue()) > 0.2);
    await page.keyboard.press('Escape');
    await button('Play your turn 1').waitFor();
    await slider.focus();
    await page.keyboard.press('End');
    await expectEventually(async () => /^2\.\d of 2\.\d seconds$/.test((await slider.getAttribute('aria-valuetext'))!));
  });

  test('the dialogue is saved as gpt-talker talk reads it, and opens again', async () => {
    await page.locator('summary', { hasText: 'Save' }).click();
    const zip = unzipSync(await savedBytes(page, () => page.getByRole('button', { name: /^Words and sound/ }).click()));
    const { turns: listed } = parseDialogue(JSON.parse(Buffer.from(zip['dialogue.json']).toString()));
    expect(listed.map(({ role }) => role).join(' ')).toBe('user agent user agent user agent user');
    for (const { audio } of listed) expect(readWav(zip[audio!]).samples.length).toBeGreaterThan(1000);
    await page.locator('summary', { hasText: 'Save' }).click();
    const json = await savedBytes(page, () => page.getByRole('button', { name: /^Words alone/ }).click());
    expect(parseDialogue(JSON.parse(Buffer.from(json).toString())).turns[6]).toEqual({
      role: 'user',
      text: 'Beep, beep.',
    });

    await button('New').click();
    await page.getByRole('heading', { name: /listens before it speaks/ }).waitFor();
    await page.locator('.masthead input[type=file]').setInputFiles({
      name: 'two.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"turns": [{"role": "user", "text": "Hello!"}, {"role": "agent", "text": "Hi."}]}'),
    });
    await turns().nth(1).waitFor();
    expect(await turns().nth(1).locator('.words').textContent()).toBe('Hi.');
  });

  test('a reload goes on with the conversation', async () => {
    await page.reload();
    await turns().nth(1).waitFor();
    expect(await turns().count()).toBe(2);
    expect(await overflow(page)).toBe(0);
  });
});

async function savedBytes(page: Page, save: () => Promise<void>): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent('download') as Promise<Download>, save()]);
  return new Uint8Array(await readFile(await download.path()));
}

const distinctColours = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.mel-picture')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

async function expectEventually(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 5000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not become so: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
