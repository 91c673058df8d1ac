/**
 * `npm run bench:first-visit`: what somebody new does. Clone, `npm ci`, `npm start`, a browser, the
 * first painting; each step timed. Needs Chromium. `--save` keeps the figures for the README.
 */

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../support/installed.ts';
import { temporary } from '../support/temporary.ts';
import { machineName, rounded, saveResults } from './report.ts';

export interface FirstVisitResults {
  readonly machine: string;
  readonly cloneSeconds: number;
  readonly installSeconds: number;
  /** Until the server listens, the build included. */
  readonly startSeconds: number;
  /** From the address being typed to the painting being shown. */
  readonly paintedSeconds: number;
  readonly firstContentfulPaintMs: number;
}

const PORT = '18080';
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(temporary(), 'impasto');

const cloneSeconds = await timed(() => run('git', ['clone', '--quiet', root, folder], root));
const installSeconds = await timed(() => run('npm', ['ci', '--no-audit', '--no-fund'], folder));
const server = spawn('npm', ['start'], {
  cwd: folder,
  env: { ...process.env, PORT },
  detached: true,
});
const startSeconds = await timed(async () => {
  const alive = () => fetch(`http://localhost:${PORT}/health/live`).catch(() => undefined);
  while (!(await alive())) await sleep(20);
});
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
const page = await browser.newPage();
const paintedSeconds = await timed(async () => {
  await page.goto(`http://localhost:${PORT}/`);
  await page.waitForSelector('.comparison .painting');
  await page.evaluate("document.querySelector('.comparison .painting').decode()");
});
const firstContentfulPaintMs: number = await page.evaluate(
  "performance.getEntriesByName('first-contentful-paint')[0].startTime",
);
await browser.close();
process.kill(-server.pid!, 'SIGTERM');

const results: FirstVisitResults = {
  machine: machineName(),
  cloneSeconds,
  installSeconds,
  startSeconds,
  paintedSeconds,
  firstContentfulPaintMs: Math.round(firstContentfulPaintMs),
};
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) await saveResults('first-visit', results);

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return rounded((performance.now() - started) / 1000);
}

function run(program: string, words: readonly string[], cwd: string): void {
  execFileSync(program, words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
