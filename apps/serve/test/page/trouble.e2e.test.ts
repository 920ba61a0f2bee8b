// What the page says and offers when something goes wrong. The service has an engine without a model here, which can be slow.
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';
import type { Browser, Page } from 'playwright-core';
import { startTestService, until, type TestService } from '../test-service';
import { flaws } from './accessibility';
import { describeInBrowser, launch, openPage, type OpenedPage } from './browser';

const built = path.resolve(__dirname, '../../dist/web');

describeInBrowser('trouble, in plain words', () => {
  let browser: Browser;
  let served: TestService;
  let opened: OpenedPage;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    served = await startTestService({ page: built });
    opened = await openPage(browser, served.url);
    page = opened.page;
  });
  afterEach(async () => {
    await opened.close();
    await served.stop();
  });

  const alert = () => page.getByRole('alert').innerText();
  const turns = () => page.locator('.turn:not(.live)');
  const write = async (shortcut: 'Alt+KeyU' | 'Alt+KeyA', text: string) => {
    await page.keyboard.press(shortcut);
    await page.locator('#words').fill(text);
    await page.keyboard.press('Enter');
  };
  const drop = async (name: string, bytes: Uint8Array) => {
    const dropped = await page.evaluateHandle(
      ([fileName, content]) => {
        const transfer = new DataTransfer();
        const binary = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([binary], fileName));
        return transfer;
      },
      [name, Buffer.from(bytes).toString('base64')] as const,
    );
    await page.dispatchEvent('.masthead', 'drop', { dataTransfer: dropped });
  };

  test('the server is gone: the words stay, and it goes on when the server is back', async () => {
    await write('Alt+KeyU', 'Hello!');
    await turns().nth(0).waitFor();
    await page.route('**/v1/**', (route) => route.abort());
    await write('Alt+KeyA', 'Good morning.');
    await page.getByText('The server does not answer.').waitFor();
    expect(await alert()).toContain('See whether gpt-talker serve is still running');
    expect(await page.locator('#words').inputValue()).toBe('Good morning.');
    expect(await flaws(page)).toEqual([]);
    await page.unroute('**/v1/**');
    await page.locator('#words').press('Enter');
    await turns().nth(1).waitFor();
    expect(await alert()).toBe('');
  });

  test('the server was gone at the beginning', async () => {
    await page.route('**/v1/**', (route) => route.abort());
    await page.reload();
    await page.getByText('The server does not answer.').waitFor();
    await page.unroute('**/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#voice option').nth(1).waitFor({ state: 'attached' });
    expect(await alert()).toBe('');
  });

  test('the server forgot: it is told again', async () => {
    await write('Alt+KeyU', 'Hello!');
    await turns().nth(0).waitFor();
    const forgotten = new URL(page.url()).hash.slice(2);
    await fetch(`${served.url}/v1/conversations/${forgotten}`, { method: 'DELETE' });
    await write('Alt+KeyA', 'Good morning.');
    await page.getByText('The server no longer knows this conversation.').waitFor();
    await page.getByRole('button', { name: 'Send my turns again' }).click();
    await until(() => new URL(page.url()).hash.slice(2) !== forgotten);
    await page.keyboard.press('Alt+KeyA');
    await page.locator('#words').press('Enter');
    await turns().nth(1).waitFor();
    const id = new URL(page.url()).hash.slice(2);
    const { turns: known } = (await (await served.get(`/v1/conversations/${id}`)).json()) as {
      turns: { text: string }[];
    };
    expect(known.map(({ text }) => text)).toEqual(['Hello!', 'Good morning.']);
  });

  test('a reply that is stopped is silent at once, stops the work, and leaves its words', async () => {
    served.engine.pause = 0.15;
    await write('Alt+KeyA', 'This is a long sentence, which nobody wants to hear to its end.');
    await page.locator('.turn.live canvas').waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Speak' }).waitFor();
    await until(() => served.engine.stopped.length === 1);
    expect(await turns().count()).toBe(0);
    expect(await page.locator('#words').inputValue()).toContain('nobody wants to hear');
    await page.waitForTimeout(100);
    await page.evaluate(() => (window.ear.peak = 0));
    await page.waitForTimeout(200);
    expect(await page.evaluate(() => window.ear.peak)).toBeLessThan(0.01);
  });

  test('a reply that breaks off', async () => {
    served.engine.pause = 0.05;
    await write('Alt+KeyA', 'This will fail later.');
    await page.getByText('The reply broke off.').waitFor();
    expect(await turns().count()).toBe(0);
    expect(await page.locator('#words').inputValue()).toBe('This will fail later.');
  });

  test('words that cannot be spoken: the server says why', async () => {
    await write('Alt+KeyA', '☃');
    await page.getByText("Nothing in '☃' can be read aloud; write words.").waitFor();
    expect(await page.locator('#words').inputValue()).toBe('☃');
  });

  test('no words at all', async () => {
    await write('Alt+KeyU', '  ');
    expect(await alert()).toContain('There is nothing to add yet.');
    await write('Alt+KeyA', '');
    expect(await alert()).toContain('The agent has no words yet.');
    await page.getByRole('button', { name: 'Close this message' }).click();
    expect(await alert()).toBe('');
  });

  test('a wav file is dropped; what is no sound, and what is too long, is not taken', async () => {
    await drop('notes.txt', Buffer.from('this is no sound'));
    await page.getByText('notes.txt is not a sound file.').waitFor();
    expect(await alert()).toContain('ffmpeg -i INPUT output.wav');
    const minute = { samples: new Float32Array(61 * 4000), sampleRate: 4000 };
    await drop('speech.wav', writeWav(minute));
    await page.getByText('speech.wav is too long: 61 s.').waitFor();
    await drop('broken.wav', writeWav(minute).slice(0, 1000));
    await page.getByText('This wav file cannot be used.').waitFor();
    const second = Float32Array.from({ length: 8000 }, (_, i) => 0.4 * Math.sin(i / 8));
    await drop('hello.wav', writeWav({ samples: second, sampleRate: 8000 }));
    await page.getByRole('button', { name: 'Play your recording' }).waitFor();
    expect(await alert()).toBe('');
    await page.locator('#words').fill('Hello!');
    await page.keyboard.press('Enter');
    await turns().nth(0).waitFor();
    expect(await turns().nth(0).locator('.time').innerText()).toBe('1.0 s');
    expect(opened.complaints).toEqual([]);
  });

  test('the microphone is refused, or there is none', async () => {
    for (const [name, said] of [
      ['NotAllowedError', 'The microphone was refused.'],
      ['NotFoundError', 'There is no microphone.'],
      ['NotReadableError', 'The microphone cannot be opened.'],
    ]) {
      await page.evaluate((error) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', error));
      }, name);
      await page.keyboard.press('Alt+KeyR');
      await page.getByText(said).waitFor();
      expect(await alert()).toContain('drop a wav file');
    }
  });

  test('a server that asks for a key gets it', async () => {
    const guarded = await startTestService({ page: built, keys: ['sesame'] });
    const other = await openPage(browser, guarded.url);
    await other.page.getByText('This server asks for a key.').waitFor();
    await other.page.getByLabel('Key', { exact: true }).fill('sesame');
    await other.page.keyboard.press('Enter');
    await other.page.locator('#voice option').nth(1).waitFor({ state: 'attached' });
    expect(await other.page.getByRole('alert').innerText()).toBe('');
    await other.close();
    await guarded.stop();
  });
});
