/** A picture becomes a style of the visitor's own, on the page. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing, tensorflowMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';
import { workshopSettings } from '../support/workshop.ts';

const patience = { timeout: 120_000 };
const buffer = await jpeg(120, 90, 7);

async function choose(page: Page, name: string): Promise<void> {
  await page.setInputFiles('#painting', { name, mimeType: 'image/jpeg', buffer });
}

const make = (page: Page) => page.getByRole('button', { name: 'Make it a style' }).click();

describe.skipIf(chromiumMissing !== undefined)('the page', () => {
  const browser = useBrowser();

  describe.skipIf(tensorflowMissing !== undefined)('where styles can be learned', async () => {
    const server = useServer({ JOB_POLL_MS: '50', ...(await workshopSettings()) });

    test('shows how a style comes along, and stops when it is told to', async () => {
      const { page, complaints } = await browser.visit(server.url());
      await choose(page, 'cloth.jpg');
      await make(page);
      await page.getByAltText('How it paints so far').waitFor(patience);
      await page.locator('.lesson').getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('You have canceled it').waitFor();
      const status = async () => (await server.get('/v1/trainings')).body.trainings[0].status;
      await expect.poll(status).toBe('canceled');
      expect(complaints).toEqual([]);
    }, 180_000);

    test('keeps it among the styles as mine, until it is deleted', async () => {
      const { page, complaints } = await browser.visit(server.url());
      await page.route('**/v1/styles?*', (route) =>
        route.continue({ url: `${route.request().url()}&steps=1` }),
      );
      await choose(page, 'Große Décke.jpg');
      await make(page);
      const style = page.getByRole('button', { name: 'Große Décke', exact: true });
      await style.waitFor(patience);
      await expect.poll(() => style.getAttribute('aria-pressed')).toBe('true');
      await page.getByText('Mine', { exact: true }).waitFor();
      expect(new URL(page.url()).hash).toContain('style=gro-e-decke');
      await page.waitForSelector('.comparison[aria-busy="false"] .painting');
      page.on('dialog', (dialog) => dialog.accept());
      await page.getByRole('button', { name: 'Delete Große Décke' }).click();
      await style.waitFor({ state: 'detached' });
      const { styles } = (await server.get('/v1/styles')).body;
      expect(styles.map(({ id }: { id: string }) => id)).toEqual(['great-wave', 'udnie']);
      expect(complaints).toEqual([]);
    }, 240_000);
  });

  describe('where styles are told at once', async () => {
    const { MODELS_DIR: _, DEFAULT_STYLE: __, ...workshop } = await workshopSettings();
    const server = useServer({ JOB_POLL_MS: '50', ...workshop });

    test('one is there as soon as it is asked for, and is painted with', async () => {
      const { page, complaints } = await browser.visit(server.url());
      await choose(page, 'Cloth.jpg');
      await page.getByText('It is there at once').waitFor();
      await make(page);
      const style = page.getByRole('button', { name: 'Cloth', exact: true });
      await style.waitFor();
      await expect.poll(() => style.getAttribute('aria-pressed')).toBe('true');
      await page.waitForSelector('.comparison[aria-busy="false"] .painting');
      expect((await server.get('/v1/styles/cloth')).body.instant).toBe(true);
      expect(complaints).toEqual([]);
    }, 60_000);

    test.skipIf(tensorflowMissing !== undefined)(
      'it is refined where that is asked for',
      async () => {
        const { page, complaints } = await browser.visit(server.url());
        await page.route('**/refine', (route) =>
          route.continue({ url: `${route.request().url()}?steps=1` }),
        );
        await choose(page, 'Silk.jpg');
        await make(page);
        await page.getByRole('button', { name: 'Refine Silk' }).click();
        await page.locator('.lesson').waitFor();
        await page.locator('.lesson').waitFor({ state: 'detached', ...patience });
        await page.getByRole('button', { name: 'Refine Silk' }).waitFor({ state: 'detached' });
        expect((await server.get('/v1/styles/silk')).body).toMatchObject({
          instant: false,
          training: { steps: 1 },
        });
        expect(complaints).toEqual([]);
      },
      180_000,
    );
  });

  describe('where they cannot', async () => {
    const { TRAINING_PHOTOS_DIR: _, LOSS_NETWORK: __, ...settings } = await workshopSettings();
    const server = useServer(settings);

    test('offers nothing of it', async () => {
      const { page } = await browser.visit(server.url());
      await page.getByRole('heading', { name: 'Options' }).waitFor();
      expect(await page.locator('.learn').count()).toBe(0);
    });
  });

  describe('where they should, and something is missing', async () => {
    const settings = await workshopSettings();
    const server = useServer({
      ...settings,
      TRAINING_PHOTOS_DIR: temporary(),
      LOSS_NETWORK: temporary(),
    });

    test('says what is missing, and who can help', async () => {
      const { page } = await browser.visit(server.url());
      await choose(page, 'cloth.jpg');
      await make(page);
      const alert = page.locator('.learn [role="alert"]');
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(/TRAINING_PHOTOS_DIR.*documentation/);
      const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
      await page.evaluate(await readFile(axe, 'utf8'));
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run('.learn'),
      );
      expect(violations).toEqual([]);
    });
  });
});
