/** The page of a service with keys: it asks for one, and keeps it no longer than the tab. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { keysOf } from '../support/keys.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const { keys, text } = keysOf({ right: {}, poor: { scopes: ['jobs'] } });

describe('the page of a service with keys', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer({ ACCESS_KEYS: text });
  const browser = useBrowser();
  const field = (page: Page) => page.getByLabel('Key', { exact: true });
  const enter = async (page: Page, key: string) => {
    await field(page).fill(key);
    await page.getByRole('button', { name: 'Use this key' }).click();
  };
  const painted = (page: Page) =>
    page.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
  /** The first painting came with the page; a key is asked for where one is needed. */
  const ask = async (page: Page) => {
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    await field(page).waitFor();
  };

  test('asks for a key, says what is wrong with one, and paints with one that works', async () => {
    const { page } = await browser.visit(`${server.url()}/`);
    await ask(page);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('.gallery img').count()).toBeGreaterThan(10);
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await page.evaluate(await readFile(axe, 'utf8'));
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run('.key'),
    );
    expect(violations.map(({ id }) => id)).toEqual([]);
    await enter(page, 'imp_0123456789ab_wrong');
    await page.getByText('Expected a key of the form').waitFor();
    await enter(page, keys.poor);
    await page.getByText('Expected a key with the scope paint').waitFor();
    await enter(page, keys.right);
    await painted(page);
    expect(await field(page).count()).toBe(0);
    const photo = { name: 'cat.jpg', mimeType: 'image/jpeg', buffer: await jpeg(120, 80) };
    await page.setInputFiles('#photo', photo);
    await page.waitForSelector('.gallery img[src^="blob:"]');
    expect(await page.locator('.snippets code').textContent()).toContain('$IMPASTO_KEY');
  });

  test('keeps the key for the tab, and nowhere else', async () => {
    const { page } = await browser.visit(`${server.url()}/`);
    await ask(page);
    await enter(page, keys.right);
    await painted(page);
    const kept = await page.evaluate(() =>
      JSON.stringify([
        location.href,
        document.cookie,
        { ...localStorage },
        document.body.outerHTML,
      ]),
    );
    expect(kept).not.toContain(keys.right);
    await page.reload();
    await painted(page);
    expect(await field(page).count()).toBe(0);
    const { page: other } = await browser.visit(`${server.url()}/`);
    await ask(other);
  });

  test('fetches the networks of Live with it', async () => {
    const { page } = await browser.visit(`${server.url()}/`);
    await ask(page);
    await enter(page, keys.right);
    await painted(page);
    await page.getByRole('button', { name: 'Live' }).click();
    await page.waitForSelector('.live [data-frames-per-second]', { timeout: 60_000 });
  });
});
