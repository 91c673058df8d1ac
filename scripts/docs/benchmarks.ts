/** What `npm run bench` measured. */

import { lineChart } from '../../src/core/line-chart.ts';
import type { BenchResults, NetworkResult } from '../../test/bench/report.ts';

export function benchmarkTables({ machine, networks, http }: BenchResults): string {
  const { totalMs, networkMs, aroundMs } = http.oneAtATime;
  const best = http.concurrent.reduce((a, b) =>
    b.paintingsPerSecond > a.paintingsPerSecond ? b : a,
  );
  const { classic } = http;
  return [
    `Medians on ${machine.processor}, ${machine.cores} cores, Node ${machine.node}. "Classic" is the network of`,
    'Johnson et al. (2016), "half" the same with half of its channels; all are built from the same kind of',
    'layer records and run by the same engine, in turn. How many times faster Impasto is than classic / half:',
    '',
    '| engine | threads | size | classic | half | Impasto | times faster | in 8 bits | times faster |',
    '|---|---|---|---|---|---|---|---|---|',
    ...networks.map(
      ({ engine, threads, side, impastoMs, classic, half, int8 }) =>
        `| ${engine} | ${threads} | ${side} x ${side} | ${milliseconds(classic?.ms)} | ${milliseconds(half?.ms)} ` +
        `| ${impastoMs} ms | ${ratios(classic?.ratio, half?.ratio)} ` +
        `| ${milliseconds(int8?.impastoMs)} | ${ratios(int8?.overClassic, int8?.overHalf)} |`,
    ),
    '',
    `Over HTTP, 512 x 512 JPEG in and out, one request at a time: **${totalMs} ms**, of which the network`,
    `takes ${networkMs} ms and everything around it ${aroundMs} ms. With ${best.callers} callers at once:`,
    `${best.paintingsPerSecond} paintings a second. From process start to the first painting: ${http.firstPaintingMs} ms.`,
    ...(classic
      ? [
          `The same service around the classic network through tfjs-node takes ${classic.totalMs} ms: **${classic.ratio}**`,
          'times as long.',
        ]
      : []),
  ].join('\n');
}

/** Plots by path. */
export function benchmarkPlots({ networks, http }: BenchResults): Map<string, string> {
  const engines = [...new Set(networks.map(engineName))];
  const points = (engine: string, ms: (result: NetworkResult) => number | undefined) =>
    networks
      .filter((result) => engineName(result) === engine)
      .flatMap((result) => {
        const value = ms(result);
        return value === undefined ? [] : [[result.side ** 2 / 1e6, value] as const];
      });
  const lines = engines.flatMap((engine) => [
    { name: `classic, ${engine}`, points: points(engine, ({ classic }) => classic?.ms) },
    { name: `Impasto, ${engine}`, points: points(engine, ({ impastoMs }) => impastoMs) },
    { name: `in 8 bits, ${engine}`, points: points(engine, ({ int8 }) => int8?.impastoMs) },
  ]);
  const callers = (name: string, y: (row: (typeof http.concurrent)[number]) => number) => ({
    name,
    points: http.concurrent.map((row) => [row.callers, y(row)] as const),
  });
  return new Map([
    [
      'docs/plots/pixels.svg',
      lineChart({
        title: 'Milliseconds of one painting over its megapixels',
        lines: lines.filter((line) => line.points.length > 0),
        xLabel: 'megapixels',
        xScale: 'logarithmic',
        yLabel: 'milliseconds',
      }),
    ],
    [
      'docs/plots/callers.svg',
      lineChart({
        title: 'Paintings a second and latency over the number of callers',
        lines: [
          callers('paintings a second', ({ paintingsPerSecond }) => paintingsPerSecond),
          callers('p50, ms', ({ p50Ms }) => p50Ms),
          callers('p99, ms', ({ p99Ms }) => p99Ms),
        ],
        xLabel: 'callers at once',
        xScale: 'logarithmic',
      }),
    ],
  ]);
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${ms} ms`;
}

function ratios(overClassic: number | undefined, overHalf: number | undefined): string {
  return overClassic === undefined ? '' : `**${overClassic}** / ${overHalf}`;
}

function engineName({ engine, threads }: NetworkResult): string {
  return threads === 'all' ? engine : `${engine} x ${threads}`;
}
