/** How many frames a second Live paints on the page, of Chromium's own fake camera, as WebAssembly. */

import type { Browser, Page } from 'playwright-core';
import { rounded } from './report.ts';

export interface LiveResult {
  readonly network: string;
  /** Long edge of a frame in pixels. */
  readonly side: number;
  readonly framesPerSecond: number;
  /** Frames in the best second: what a machine does that others do not disturb. */
  readonly bestSecond: number;
  /** Of a frame, in the worker. */
  readonly workerMs: number;
}

/** Chromium's arguments: a camera of its own that nobody has to allow, and no graphics processor. */
export const LIVE_ARGUMENTS = [
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--disable-gpu',
];

const NETWORKS = ['full', 'light'] as const;

const SIDE = 256;

/** Until what is loaded once is loaded, and the first frames have allocated. */
const WARM_UP_MS = 5000;

const MEASURED_MS = 10_000;

/** Notes when something is painted onto canvases that are seen. */
const NOTE_FRAMES = `const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
  if (this.canvas.isConnected) globalThis.paintedAt?.push(performance.now());
  return put.apply(this, given);
}`;

export async function measureLive(browser: Browser, url: string): Promise<LiveResult[]> {
  const context = await browser.newContext({
    permissions: ['camera'],
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.addInitScript(NOTE_FRAMES);
  await page.goto(url);
  await page.getByRole('button', { name: 'Live' }).click();
  await page.getByRole('combobox', { name: 'Frame size' }).selectOption(String(SIDE));
  const results: LiveResult[] = [];
  for (const network of NETWORKS) results.push(await measured(page, network));
  await context.close();
  return results;
}

async function measured(page: Page, network: string): Promise<LiveResult> {
  await page.getByRole('combobox', { name: 'Network' }).selectOption(network);
  await page.waitForTimeout(WARM_UP_MS);
  await page.evaluate('globalThis.paintedAt = []');
  await page.waitForTimeout(MEASURED_MS);
  const times: number[] = await page.evaluate('globalThis.paintedAt');
  const status = (await page.locator('.live .status').textContent()) ?? '';
  return {
    network,
    side: SIDE,
    framesPerSecond: rounded((times.length * 1000) / MEASURED_MS),
    bestSecond: Math.max(0, ...times.map((from) => times.filter(within(from)).length)),
    workerMs: Number(/(\d+) ms/.exec(status)?.[1]),
  };
}

/** Whether a time in milliseconds is in the second that begins then. */
function within(fromMs: number): (timeMs: number) => boolean {
  return (timeMs) => timeMs >= fromMs && timeMs < fromMs + 1000;
}
