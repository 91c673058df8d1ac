/** How long it takes from nothing to a painting. */

import type { FirstVisitResults } from '../../test/bench/first-visit.ts';

export function firstVisit(results: FirstVisitResults): string {
  const { machine, cloneSeconds, installSeconds, startSeconds, paintedSeconds } = results;
  const sum = cloneSeconds + installSeconds + startSeconds + paintedSeconds;
  return [
    `From nothing to the first painting in a browser: **${Math.round(sum)} s** (clone ${cloneSeconds} s, \`npm ci\``,
    `${installSeconds} s, \`npm start\` ${startSeconds} s, page ${paintedSeconds} s; ${machine}, with the repository on the`,
    `same machine and a registry nearby). The page shows its first content after ${results.firstContentfulPaintMs} ms.`,
  ].join('\n');
}
