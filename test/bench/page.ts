/**
 * `npm run bench:page`: how long visitors wait for the page and for its first painting, in Chromium on this machine:
 * medians of several first visits, by the browser's own entries; and how many frames a second Live paints. Needs
 * Chromium, and a machine that does nothing else. `--save` keeps the figures.
 */

import { loadavg } from 'node:os';
import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from '../support/installed.ts';
import { startProcess } from '../support/process.ts';
import { LIVE_ARGUMENTS, type LiveResult, measureLive } from './live.ts';
import { machineName, median, rounded, saveResults } from './report.ts';

/** From the beginning of the visit, in milliseconds. */
interface Visit {
  readonly firstContentfulPaintMs: number;
  readonly loadMs: number;
  /** Until the browser has drawn the painting. */
  readonly paintingMs: number;
}

export interface PageResults extends Visit {
  readonly machine: string;
  readonly visits: number;
  /** Processes that ran or waited for a processor in the minute before. */
  readonly loadBefore: number;
  readonly live: readonly LiveResult[];
}

const VISITS = 7;

/** Has the browser note when it draws the painting. */
const MARK_PAINTING = `new MutationObserver(() =>
  document.querySelector('.comparison .painting')?.setAttribute('elementtiming', 'painting'),
).observe(document, { childList: true, subtree: true })`;

const READ_FIGURES = `new Promise((resolve) =>
  new PerformanceObserver((list) => resolve({
    firstContentfulPaintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    loadMs: performance.getEntriesByType('navigation')[0].loadEventEnd,
    paintingMs: list.getEntries()[0].renderTime,
  })).observe({ type: 'element', buffered: true }))`;

const loadBefore = rounded(loadavg()[0] ?? 0);
const server = startProcess({ PORT: '0', HOST: '127.0.0.1' });
const url = await server.url();
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: ['--no-sandbox', ...LIVE_ARGUMENTS],
});
const visits: Visit[] = [];
for (let i = 0; i < VISITS; i += 1) visits.push(await visit(browser));
const live = await measureLive(browser, url);
await browser.close();
server.process.kill('SIGTERM');

const results: PageResults = {
  machine: machineName(),
  visits: VISITS,
  loadBefore,
  firstContentfulPaintMs: medianOf('firstContentfulPaintMs'),
  loadMs: medianOf('loadMs'),
  paintingMs: medianOf('paintingMs'),
  live,
};
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) await saveResults('page', results);

async function visit(chrome: Browser): Promise<Visit> {
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(MARK_PAINTING);
  await page.goto(url);
  const figures: Visit = await page.evaluate(READ_FIGURES);
  await context.close();
  return figures;
}

function medianOf(figure: keyof Visit): number {
  return Math.round(median(visits.map((each) => each[figure])));
}
