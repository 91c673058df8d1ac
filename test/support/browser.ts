/** A headless browser with a camera of its own, and a page on which nothing may go wrong. */

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { chromiumPath } from './installed.ts';

/** A graphics processor, done by software where there is none. */
export const WITH_GPU = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--ignore-gpu-blocklist',
];

export const WITHOUT_GPU = ['--disable-gpu'];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream=device-count=2',
  '--use-fake-ui-for-media-stream',
];

export interface Visit {
  readonly page: Page;
  /** What the page complained of, and requests to other hosts or without an answer. */
  readonly complaints: string[];
}

/** Starts the browser before the file's tests and ends it after them. */
export function useBrowser(graphics: readonly string[] = WITHOUT_GPU) {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [...ARGUMENTS, ...graphics],
    });
  });
  const contexts: BrowserContext[] = [];
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(() => browser?.close());
  return {
    async visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
      const context = await browser.newContext({
        permissions: ['clipboard-read', 'clipboard-write', 'camera'],
        ...options,
      });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        const own = origin === new URL(url).origin || /^(?:blob|data):$/.test(protocol);
        if (!own) complaints.push(`asked ${request.url()}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(url);
      return { page, complaints };
    },
  };
}
