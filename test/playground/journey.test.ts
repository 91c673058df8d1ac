/**
 * A whole visit at every width, light and dark, by mouse, by finger and by keys alone, on a server that is killed in
 * the middle of it.
 */

import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { flawsOf, layoutShift } from './checks.ts';

/** What a visitor has to press things and to drag the divider with. */
interface Hand {
  press(control: Locator): Promise<void>;
  /** Shows more of the photograph. */
  reveal(page: Page): Promise<void>;
}

const mouse: Hand = {
  press: (control) => control.click(),
  async reveal(page) {
    const [from, to] = await across(page, 0.3, 0.6);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 3 });
    await page.mouse.up();
  },
};

const finger: Hand = {
  press: (control) => control.tap(),
  async reveal(page) {
    const [from, to] = await across(page, 0.3, 0.6);
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: (typeof from)[]) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints });
    await touch('touchStart', [from]);
    await touch('touchMove', [{ x: (from.x + to.x) / 2, y: from.y }]);
    await touch('touchMove', [to]);
    await touch('touchEnd', []);
  },
};

/** A finger that has just let go of the divider may have its next touch taken for a part of that gesture. */
async function switchOn(control: Locator, hand: Hand): Promise<void> {
  const isOn = async () => (await control.getAttribute('aria-pressed')) === 'true';
  await expect
    .poll(async () => {
      if (!(await isOn())) await hand.press(control);
      return isOn();
    })
    .toBe(true);
}

/** More than there are controls. */
const MAX_TABS = 120;

const keys: Hand = {
  async press(control) {
    await control.waitFor();
    await tabTo(control);
    await control.page().keyboard.press('Enter');
  },
  async reveal(page) {
    await tabTo(dividerOf(page));
    for (let i = 0; i < 10; i += 1) await page.keyboard.press('ArrowRight');
  },
};

const VISITS = [
  { width: 390, height: 844, colorScheme: 'light', by: 'finger', hand: finger },
  { width: 390, height: 844, colorScheme: 'dark', by: 'keys', hand: keys },
  { width: 820, height: 1180, colorScheme: 'light', by: 'mouse', hand: mouse },
  { width: 820, height: 1180, colorScheme: 'dark', by: 'finger', hand: finger },
  { width: 1440, height: 900, colorScheme: 'light', by: 'keys', hand: keys },
  { width: 1440, height: 900, colorScheme: 'dark', by: 'mouse', hand: mouse },
] as const;

const MAX_LAYOUT_SHIFT = 0.05;

describe('a visit', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const browser = useBrowser();
  let server: Started;
  let url: string;
  const start = async (port: string) => {
    server = startProcess({ PORT: port, HOST: '127.0.0.1' });
    url = await server.url();
  };
  const kill = async () => {
    const ended = new Promise((resolve) => server.process.once('exit', resolve));
    server.process.kill('SIGKILL');
    await ended;
  };
  beforeAll(() => start('0'));
  afterAll(kill);

  test.each(VISITS)('at $width pixels, $colorScheme, by $by', async (visit) => {
    const { width, height, colorScheme, by, hand } = visit;
    const { page, complaints } = await browser.visit(url, {
      viewport: { width, height },
      colorScheme,
      hasTouch: by === 'finger',
      isMobile: by === 'finger',
    });
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const flaws = () => flawsOf(page);

    const sample = await painted(page);
    await hand.press(button('The Scream'));
    const scream = await painted(page, sample);
    expect(await page.locator('.plate').textContent()).toContain('Edvard Munch');
    const before = Number(await dividerOf(page).inputValue());
    await hand.reveal(page);
    expect(Number(await dividerOf(page).inputValue())).toBeGreaterThan(before);
    expect(await layoutShift(page)).toBeLessThan(MAX_LAYOUT_SHIFT);
    await switchOn(button('Mix styles'), hand);
    await hand.press(button('Udnie'));
    const mixed = await painted(page, scream);
    expect(await flaws()).toEqual([]);
    expect(complaints).toEqual([]);

    await kill();
    await hand.press(button('Water Lilies'));
    await page.getByText('The server cannot be reached').waitFor();
    expect(await flaws()).toEqual([]);
    await hand.press(button('Try now'));
    await start(new URL(url).port);
    const recovered = await painted(page, mixed);
    expect(await page.getByRole('alert').count()).toBe(0);
    // The browser itself says of each request that nobody answered it.
    complaints.length = 0;

    const since = await page.evaluate(() => performance.now());
    const buffer = await jpeg(300, 200);
    await page.setInputFiles('#photo', { name: 'own.jpg', mimeType: 'image/jpeg', buffer });
    await painted(page, recovered);
    await hand.press(button('Download the painting'));
    await page.getByRole('dialog').waitFor();
    expect(await flaws()).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      hand.press(button('Save')),
    ]);
    expect(download.suggestedFilename()).toMatch(/^own-the-scream-.*\.jpg$/);
    expect(await layoutShift(page, since)).toBeLessThan(MAX_LAYOUT_SHIFT);
    expect(complaints).toEqual([]);
  });
});

/** The painting's address, once it is another than `before`. */
async function painted(page: Page, before: string | null = null): Promise<string | null> {
  await page.waitForFunction((old) => {
    const comparison = document.querySelector('.comparison[aria-busy="false"]');
    const now = comparison?.querySelector('.painting')?.getAttribute('src');
    return now && now !== old;
  }, before);
  return page.getAttribute('.comparison .painting', 'src');
}

function dividerOf(page: Page): Locator {
  return page.getByRole('slider', { name: 'How much of the photograph is shown' });
}

/** Two places on the picture, as parts of its width. */
async function across(page: Page, ...parts: [number, number]) {
  const { x, y, width, height } = (await page.locator('.comparison').boundingBox())!;
  const at = (part: number) => ({ x: x + part * width, y: y + 0.4 * height });
  return [at(parts[0]), at(parts[1])] as const;
}

/** As somebody without a mouse comes there. */
async function tabTo(control: Locator): Promise<void> {
  for (let i = 0; i < MAX_TABS; i += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await control.page().keyboard.press('Tab');
  }
  throw new Error(`Expected Tab to lead to ${control}, got nowhere in ${MAX_TABS} steps.`);
}
