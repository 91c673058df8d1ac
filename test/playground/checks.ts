/** What must hold of the page in whatever state it is. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What an accessibility checker finds, and what sticks out of the window. */
export async function flawsOf(page: Page): Promise<unknown[]> {
  if (await page.evaluate("!('axe' in globalThis)")) await page.evaluate(await AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(),
  );
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
  return overflow > 0 ? [...found, ['overflow', overflow]] : found;
}

/** How much has moved since then, in milliseconds since the page began. */
export function layoutShift(page: Page, since = 0): Promise<number> {
  return page.evaluate(
    (start) =>
      new Promise<number>((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as { value: number; startTime: number }[];
          for (const { value, startTime } of shifts) sum += startTime < start ? 0 : value;
        });
        observer.observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => resolve(sum)));
      }),
    since,
  );
}
