// The page with the embedded voice: a conversation is begun, written, recorded, heard and looked into.
import { readFile } from 'node:fs/promises';
import { readWav, writeWav } from '@gpt-talker/audio';
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

  test('a script has a turn for each line, in the chosen manner, and its words light up as they are heard', async () => {
    await page.keyboard.press('Alt+KeyA');
    await page.getByLabel('Speed').fill('1.25');
    const asked: Record<string, unknown>[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/reply')) asked.push(request.postDataJSON() as Record<string, unknown>);
    });
    await page.locator('#words').fill('agent: Shall we go to the lake this weekend?\nuser: Yes, I would love to come.');
    await button('Speak').click();
    await turns().nth(3).waitFor();
    expect(await turns().nth(2).getByRole('heading').innerText()).toMatch(/Agent\s+as agent/);
    expect(await turns().nth(3).getByRole('heading').innerText()).toMatch(/Agent\s+as user/);
    expect(asked).toMatchObject([
      { speaker: 'agent', speed: 1.25, text: 'Shall we go to the lake this weekend?' },
      { speaker: 'user', speed: 1.25 },
    ]);
    await button('Play the agent’s turn 3').click();
    const now = turns().nth(2).locator('.word[data-now=true]');
    const lit = new Set<string>();
    await expectEventually(async () => {
      lit.add((await now.allInnerTexts()).join(' '));
      return lit.has('lake') || lit.has('weekend');
    });
    await page.keyboard.press('Escape');
    expect(await turns().nth(2).locator('.words').innerText()).toBe('Shall we go to the lake this weekend?');
  });

  test('one speaker and a reference are chosen in the settings; what was said again says so', async () => {
    await page.getByLabel('Speaker').selectOption('user');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Choose a recording').click()]);
    await chooser.setFiles({
      name: 'voice.wav',
      mimeType: 'audio/wav',
      buffer: Buffer.from(writeWav({ samples: tone(3), sampleRate: 16_000 })),
    });
    await page.getByText('3.0 s of sound').waitFor();
    // The service's own words, but for how often it tried.
    await page.route(/\/v1\/conversations\/[^/]+$/, async (route) => {
      const response = await route.fetch();
      const conversation = (await response.json()) as { turns: { reply?: { attempts?: number } }[] };
      const reply = conversation.turns.at(-1)?.reply;
      if (reply) reply.attempts = 2;
      await route.fulfill({ response, json: conversation });
    });
    await page.getByLabel('Speaker').selectOption('');
    await page.locator('#words').fill('Good.');
    await page.keyboard.press('Alt+KeyA');
    await page.locator('#words').fill('Good.');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.url().endsWith('/reply')),
      button('Speak').click(),
    ]);
    expect((request.postDataJSON() as { reference: string }).reference).toMatch(/^data:.*;base64,UklGR/);
    await turns().nth(4).getByText('Said again').waitFor();
    await page.unroute(/\/v1\/conversations\/[^/]+$/);
    await button('Speak without the reference').click();
    await page.getByText('Choose a recording').waitFor();
    expect(await flaws(page)).toEqual([]);
  });

  test('a reload goes on with the conversation', async () => {
    await page.reload();
    await turns().nth(4).waitFor();
    expect(await turns().count()).toBe(5);
    expect(await overflow(page)).toBe(0);
  });
});

const tone = (seconds: number): Float32Array =>
  Float32Array.from({ length: 16_000 * seconds }, (_, at) => 0.3 * Math.sin(at / 12) * Math.sin(at / 900));

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
