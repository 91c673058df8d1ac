/** What `npm run bench` measured. */

import type { BenchResults } from '../../test/bench/report.ts';

export function benchmarkTables({ machine, networks, http }: BenchResults): string {
  const { totalMs, networkMs, aroundMs } = http.oneAtATime;
  const best = http.concurrent.reduce((a, b) =>
    b.paintingsPerSecond > a.paintingsPerSecond ? b : a,
  );
  return [
    `Medians on ${machine.processor}, ${machine.cores} cores, Node ${machine.node}. "Classic" is the network of`,
    'Johnson et al. (2016), built from the same layer records and run by the same engine, in turn.',
    '',
    '| engine | threads | size | classic | Impasto | times faster | in 8 bits | times faster |',
    '|---|---|---|---|---|---|---|---|',
    ...networks.map(
      ({ engine, threads, side, impastoMs, classicMs, ratio, int8 }) =>
        `| ${engine} | ${threads} | ${side} x ${side} | ${classicMs} ms | ${impastoMs} ms | ${ratio} ` +
        (int8 ? `| ${int8.impastoMs} ms | **${int8.overClassic}** |` : '| | |'),
    ),
    '',
    `Over HTTP, 512 x 512 JPEG in and out, one request at a time: **${totalMs} ms**, of which the network`,
    `takes ${networkMs} ms and everything around it ${aroundMs} ms. With ${best.callers} callers at once:`,
    `${best.paintingsPerSecond} paintings a second. From process start to the first painting: ${http.firstPaintingMs} ms.`,
  ].join('\n');
}
