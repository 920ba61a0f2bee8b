// A reply of the page that needs no server, asked for as a person asks for it.
import type { Page } from 'playwright-core';
import { lastReply, type KeptReply } from './kept-replies';

/** Waits until the voice is loaded and warm. @returns where the page says that it computes */
export async function placeOf(page: Page): Promise<string> {
  const place = page.locator('.place', { hasText: /^Computed in this page/ });
  await place.waitFor();
  return place.innerText();
}

/** In an empty conversation: says what the user said, and has the text spoken with top-k 1. @returns the seed too */
export async function replyInPage(page: Page, user: string, text: string): Promise<KeptReply & { seed: number }> {
  await speakInPage(page, user, text);
  return { ...(await lastReply(page)), seed: Number(await page.getByLabel('Seed', { exact: true }).inputValue()) };
}

/** @returns when the second turn is there */
export async function speakInPage(page: Page, user: string, text: string): Promise<void> {
  await page.keyboard.press('Alt+KeyU');
  await page.locator('#words').fill(user);
  await page.keyboard.press('Enter');
  await page.locator('.turn:not(.live)').nth(0).waitFor();
  await page.keyboard.press('Alt+KeyA');
  await page.getByLabel('Top k').fill('1');
  await page.locator('#words').fill(text);
  await page.getByRole('button', { name: 'Speak', exact: true }).click();
  await page.locator('.turn:not(.live)').nth(1).waitFor();
}
