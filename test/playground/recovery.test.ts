/** The page while its server is away, and when it is back. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../../src/runtime/server.ts';
import { createServices } from '../../src/services/services.ts';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { testConfig } from '../support/server.ts';

describe('a page whose server goes away', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const browser = useBrowser();
  let running: RunningServer;
  const start = async (port: number) => {
    running = await startServer(await createServices(testConfig({ PORT: String(port) })));
  };
  beforeAll(() => start(0));
  afterAll(() => running.stop());

  const lost = (page: Page) => page.getByText('The server cannot be reached');

  test('says so, goes on by itself when it is back, and has lost nothing', async () => {
    const { port } = running;
    const { page } = await browser.visit(`http://127.0.0.1:${port}/`);
    await page.waitForSelector('.comparison .painting');
    await running.stop();
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    await lost(page).waitFor();
    expect(await page.locator('.plate .status').textContent()).toBe('Waiting for the server…');
    expect(await page.locator('.comparison .painting').count()).toBe(1);
    await start(port);
    await page.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
    await lost(page).waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
