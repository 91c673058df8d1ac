/** A painting of one's own that others see by a link: stored only with consent, shown, and taken back. */

import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { flawsOf, layoutShift } from './checks.ts';

const VISITS = [
  { width: 390, height: 844, colorScheme: 'dark', isMobile: true },
  { width: 820, height: 1180, colorScheme: 'light', isMobile: true },
  { width: 1440, height: 900, colorScheme: 'dark', isMobile: false },
] as const;

type Screen = (typeof VISITS)[number];

const MAX_LAYOUT_SHIFT = 0.05;

const CONSENT = /Store the painting on this server for 24 hours\. Whoever has the link can see it/;

describe('a link to a painting', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer();
  const browser = useBrowser();
  const visit = (screen: Screen, path = '/', options: BrowserContextOptions = {}) => {
    const { width, height, colorScheme, isMobile } = screen;
    const viewport = { width, height };
    const as = { viewport, colorScheme, isMobile, hasTouch: isMobile, ...options };
    return browser.visit(server.url() + path, as);
  };
  const stored = async () => (await server.get('/v1/stylizations')).body.stylizations;
  const imageOf = async (link: string) => {
    const { pathname, search } = new URL(link);
    const { text } = await server.get(pathname + search);
    const content = /property="og:image" content="([^"]*)"/.exec(text)?.[1] ?? '';
    return content.replaceAll('&amp;', '&');
  };

  test.each(VISITS)(
    'is made with consent, shown and taken back, at $width pixels',
    async (screen) => {
      const { page, complaints } = await visit(screen, '/#style=the-scream&max_size=1280');
      await bring(page);
      const before = (await stored()).length;
      await page.getByRole('button', { name: 'Share the painting' }).click();
      const dialog = page.getByRole('dialog', { name: 'Share the painting' });
      const consent = dialog.getByRole('checkbox', { name: CONSENT });
      const make = dialog.getByRole('button', { name: 'Make a link to the painting' });
      expect(await consent.isChecked()).toBe(false);
      expect(await make.isDisabled()).toBe(true);
      expect(await flawsOf(page)).toEqual([]);
      expect(await stored()).toHaveLength(before);

      await consent.check();
      await make.click();
      const link = await dialog
        .getByRole('textbox', { name: /^Link to the painting/ })
        .inputValue();
      expect(await flawsOf(page)).toEqual([]);
      expect(await stored()).toHaveLength(before + 1);
      await dialog.getByRole('button', { name: 'Copy the link' }).click();
      await dialog.getByText('Copied').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

      const picture = await imageOf(link);
      const answer = await server.get(picture.replace(server.url(), ''));
      expect(answer.headers['content-type']).toBe('image/jpeg');
      const friend = await visit(screen, link.replace(server.url(), ''));
      const painting = friend.page.getByRole('img', { name: 'The painting that was shared' });
      await painting.waitFor();
      const size = painting.evaluate((image) => (image as HTMLImageElement).naturalWidth);
      await expect.poll(() => size).toBe(300);
      expect(await friend.page.locator('.plate').textContent()).toContain('The Scream');
      expect(await flawsOf(friend.page)).toEqual([]);
      expect(await layoutShift(friend.page)).toBeLessThan(MAX_LAYOUT_SHIFT);
      expect(friend.complaints).toEqual([]);

      await dialog.getByRole('button', { name: 'Take it back' }).click();
      await consent.waitFor();
      expect(await consent.isChecked()).toBe(false);
      expect(await stored()).toHaveLength(before);
      await friend.page.reload();
      await friend.page.getByText('its time is over, it was taken back').waitFor();
      await friend.page.waitForSelector('.comparison[aria-busy="false"] .painting');
      expect(new URL(friend.page.url()).search).toBe('');
      expect(await flawsOf(friend.page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('is handed on by what a phone has for it', async () => {
    const { page, complaints } = await visit(VISITS[0]);
    await page.addInitScript(() => {
      const shared: string[] = [];
      const share = async ({ url = '' }: ShareData) => void shared.push(url);
      Object.assign(navigator, { share, canShare: () => true });
      Object.assign(globalThis, { shared });
    });
    await page.reload();
    await bring(page);
    await page.getByRole('button', { name: 'Share the painting' }).tap();
    await page.getByRole('checkbox', { name: CONSENT }).tap();
    await page.getByRole('button', { name: 'Make a link to the painting' }).tap();
    const link = await page.getByRole('textbox', { name: /^Link/ }).inputValue();
    await page.getByRole('button', { name: 'Share the link' }).tap();
    await expect.poll(() => page.evaluate('shared')).toEqual([link]);
    // What is stored is still so, and can still be taken back, where the dialog is opened again.
    await page.getByRole('button', { name: 'Close', exact: true }).tap();
    await page.getByRole('button', { name: 'Share the painting' }).tap();
    expect(await page.getByRole('textbox', { name: /^Link/ }).inputValue()).toBe(link);
    expect(complaints).toEqual([]);
  });

  test('whoever has seen one goes on with a style, or with a photograph', async () => {
    const { page } = await visit(VISITS[2]);
    const link = await linkTo(page);
    const { page: styled, complaints } = await visit(VISITS[2], link);
    await styled.getByRole('img', { name: 'The painting that was shared' }).waitFor();
    await styled.getByRole('button', { name: 'Udnie', exact: true }).click();
    await styled.waitForSelector('.comparison[aria-busy="false"] .painting');
    expect(new URL(styled.url()).search).toBe('');
    const { page: own } = await visit(VISITS[2], link);
    const [chooser] = await Promise.all([
      own.waitForEvent('filechooser'),
      own.getByRole('button', { name: 'Paint one of yours' }).click(),
    ]);
    await chooser.setFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await jpeg(60, 40) });
    await own.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
    expect(new URL(own.url()).search).toBe('');
    expect(complaints).toEqual([]);
  });

  test.each([
    [
      'of another signature',
      (link: string) => link.replace(/signature%3D.{4}/, 'signature%3Dnone'),
    ],
    ['whose time is over', (link: string) => link.replace(/expires%3D\d+/, 'expires%3D1')],
    ['to nothing that there could be', () => '/?painting=whatever'],
  ])('%s says so, and the page goes on', async (_, broken) => {
    const { page: first } = await visit(VISITS[1]);
    const link = broken(await linkTo(first));
    const { page } = await visit(VISITS[1], link);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('its time is over');
    await page.waitForSelector('.comparison[aria-busy="false"] .painting');
    expect(await page.getByRole('textbox', { name: 'Key' }).count()).toBe(0);
    expect(new URL(page.url()).search).toBe('');
    expect(await imageOf(server.url() + link)).toBe(`${server.url()}/assets/share.jpg`);
  });

  test('leaves nothing stored where it cannot be made', async () => {
    const { page } = await visit(VISITS[2]);
    await bring(page);
    const before = (await stored()).length;
    await page.route('**/links', (route) =>
      route.fulfill({ status: 500, json: { detail: 'Something went wrong.' } }),
    );
    await page.getByRole('button', { name: 'Share the painting' }).click();
    await page.getByRole('checkbox', { name: CONSENT }).check();
    await page.getByRole('button', { name: 'Make a link to the painting' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await stored()).toHaveLength(before);
  });

  test('is not offered for samples, nor where the server makes none', async () => {
    const { page } = await visit(VISITS[2]);
    await page.waitForSelector('.comparison[aria-busy="false"] .painting');
    await page.getByRole('button', { name: 'Copy link to these settings' }).waitFor();
    await page.route('**/v1/styles', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        json: { ...(await answer.json()), link_seconds: null },
      });
    });
    await page.reload();
    await bring(page);
    await page.getByRole('button', { name: 'Copy link to these settings' }).waitFor();
    expect(await page.getByRole('button', { name: 'Share the painting' }).count()).toBe(0);
  });
});

/** A photograph of 300 pixels' width, painted. */
async function bring(page: Page): Promise<void> {
  await page.waitForSelector('.comparison[aria-busy="false"] .painting');
  const buffer = await jpeg(300, 200);
  await page.setInputFiles('#photo', { name: 'own.jpg', mimeType: 'image/jpeg', buffer });
  await page.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
}

/** Path of a link to a painting that the page has stored. */
async function linkTo(page: Page): Promise<string> {
  await bring(page);
  await page.getByRole('button', { name: 'Share the painting' }).click();
  await page.getByRole('checkbox', { name: CONSENT }).check();
  await page.getByRole('button', { name: 'Make a link to the painting' }).click();
  const link = await page.getByRole('textbox', { name: /^Link/ }).inputValue();
  return link.slice(new URL(link).origin.length);
}
