/** How long visitors wait for the page, and how fast Live is. */

import type { PageResults } from '../../test/bench/page.ts';

/** Fewer processes than this leave a machine of two cores idle. */
const IDLE_LOAD = 0.5;

export function pageTable(results: PageResults): string {
  const { machine, visits, loadBefore, firstContentfulPaintMs, loadMs, paintingMs, live } = results;
  const disturbed =
    loadBefore < IDLE_LOAD
      ? ''
      : ` The machine was not idle: ${loadBefore} other processes wanted its cores in the minute before.`;
  return [
    `In Chromium on ${machine}, server and browser on the same machine (\`npm run bench:page\`).${disturbed}`,
    `Medians of ${visits} first visits: first content after ${firstContentfulPaintMs} ms, loaded after ${loadMs} ms, and the first`,
    `painting is seen after ${paintingMs} ms.`,
    '',
    'Live, as WebAssembly, of a camera of 30 frames a second; the time in the worker is that of the network and of keeping',
    'frames steady:',
    '',
    '| network | long edge | frames a second | in the best second | in the worker |',
    '|---|---|---|---|---|',
    ...live.map(
      ({ network, side, framesPerSecond, bestSecond, workerMs }) =>
        `| ${network} | ${side} pixels | ${framesPerSecond} | ${bestSecond} | ${workerMs} ms |`,
    ),
  ].join('\n');
}
