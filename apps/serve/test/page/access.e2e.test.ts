// The page by keyboard alone, on a phone, in the dark, and for screen readers.
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { startTestService, type TestService } from '../test-service';
import { flaws, overflow } from './accessibility';
import { describeInBrowser, launch, openPage } from './browser';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

describeInBrowser('for everybody', () => {
  let browser: Browser;
  let served: TestService;

  beforeAll(async () => {
    browser = await launch();
    served = await startTestService({ page: path.resolve(__dirname, '../../dist/web') });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });

  test('the keyboard reaches everything in a sensible order, and one sees where it is', async () => {
    const { page, close } = await openPage(browser, served.url);
    expect(await walk(page, 18)).toEqual([
      'Skip to what is said next',
      'Open',
      'Keyboard shortcuts',
      'Begin with this conversation',
      'You',
      'What you say',
      'Record',
      'Sound file',
      'Add turn',
      'Voice',
      'Speed: 1.00',
      'Choose a recording',
      'Seed',
      'Another seed',
      'Another one for every reply',
      'History',
      'Temperature',
      'Top k',
    ]);
    await close();
  });

  test('a whole conversation by keyboard', async () => {
    const { page, close, complaints } = await openPage(browser, served.url);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#composer');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('How are you?');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('I am fine.');
    await page.keyboard.press('Enter');
    // The agent's words are next, without a hand on the mouse.
    await page.locator('.turn').nth(0).waitFor();
    expect(await page.locator('.turn .words').innerText()).toBe('How are you?\nI am fine.');
    await page.getByLabel('What the agent says').waitFor();
    await page.keyboard.type('So am I.');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Look inside' }).waitFor();
    expect(await page.getByRole('status').innerText()).toContain('The agent spoke for 0.2 seconds');
    expect(await focused(page)).toBe('What you say');
    await page.keyboard.press('Alt+KeyI');
    await page.getByRole('heading', { name: 'Pitch against the last turn' }).waitFor();
    expect(await focused(page)).toBe('Look inside');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Without history');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'With history and without' }).waitFor();
    await page.keyboard.press('Alt+KeyR');
    await page.getByRole('button', { name: /^Stop/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
    // Arrow keys change who speaks, as in any group of radio buttons.
    await page.getByRole('radio', { name: 'You' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByLabel('What the agent says').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(['light', 'dark'] as const)('a phone, %s: nothing hangs over, axe finds nothing', async (colorScheme) => {
    const { page, close, complaints } = await openPage(browser, served.url, { ...PHONE, colorScheme });
    expect(await overflow(page)).toBe(0);
    await page.getByRole('button', { name: 'Begin with this conversation' }).tap();
    await page.locator('.turn').nth(4).waitFor();
    await page.getByRole('button', { name: 'Speak' }).tap();
    await page.getByRole('button', { name: 'Look inside' }).tap();
    await page.getByRole('button', { name: 'Without history' }).tap();
    await page.getByRole('heading', { name: 'With history and without' }).waitFor();
    await page.getByRole('img', { name: /^With: .* Without: / }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await flaws(page)).toEqual([]);
    await page.locator('summary', { hasText: 'Save' }).tap();
    for (const item of await page.locator('.save-choices button').all()) expect(await isInside(page, item)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Settings' }).tap();
    await page.getByRole('dialog', { name: 'Settings' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await flaws(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Settings');
    expect(complaints).toEqual([]);
    await close();
  });

  test('settings reach the server: voice, seed, sampling, history', async () => {
    const { page, close } = await openPage(browser, served.url);
    await page.getByLabel('Voice', { exact: true }).selectOption('other');
    await page.getByLabel('Seed', { exact: true }).fill('1234');
    await page.getByLabel('History').selectOption('1');
    await page.getByLabel('Temperature').focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('radio', { name: 'Agent' }).check();
    await page.locator('#words').fill('Good morning.');
    served.engine.tasks.length = 0;
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Look inside' }).waitFor();
    const [task] = served.engine.tasks;
    expect(task).toMatchObject({ seed: 1234, historyTurns: 1, sampling: { temperature: 0.95 } });
    expect(task.conversation?.voice).toBe('other');
    // They are remembered; another voice begins another conversation with the same turns.
    await page.reload();
    await page.locator('.turn').nth(0).waitFor();
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('1234');
    const before = page.url();
    await page.getByLabel('Voice', { exact: true }).selectOption('tiny');
    await page.getByRole('radio', { name: 'Agent' }).check();
    await page.locator('#words').fill('Once more.');
    await page.keyboard.press('Enter');
    await page.locator('.turn').nth(1).getByRole('button', { name: 'Look inside' }).waitFor();
    expect(page.url()).not.toBe(before);
    expect(served.engine.tasks[1].conversation?.voice).toBe('tiny');
    await close();
  });
});

/** The accessible names of what Tab comes to, each of which must show that it has the focus. */
async function walk(page: Page, steps: number): Promise<string[]> {
  const names: string[] = [];
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press('Tab');
    names.push(await focused(page));
    const shown = await page.evaluate(() => {
      const place = document.activeElement!;
      // The radio buttons of the voices are shown by their labels.
      return [place, place.closest('label')].some(
        (element) => element && getComputedStyle(element).outlineStyle !== 'none',
      );
    });
    expect([names.at(-1), shown]).toEqual([names.at(-1), true]);
  }
  return names;
}

const isInside = async (page: Page, item: Locator): Promise<boolean> => {
  const { x, width } = (await item.boundingBox())!;
  return x >= 0 && x + width <= page.viewportSize()!.width;
};

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const place = document.activeElement as HTMLElement & { labels?: NodeListOf<HTMLLabelElement> | null };
    return (place.getAttribute('aria-label') ?? place.labels?.[0]?.textContent ?? place.textContent ?? '').trim();
  });
