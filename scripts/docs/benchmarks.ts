/** What `npm run bench` measured. */

import { lineChart } from '../../src/styles/line-chart.ts';
import type { BenchResults, NetworkResult } from '../../test/bench/report.ts';

/** Side of the pictures that the README shows. */
const USUAL_SIDE = 512;

/** For the README. */
export function benchmarkSummary({
  machine,
  networks,
  againstTensorflow,
  http,
}: BenchResults): string {
  const { totalMs, networkMs, aroundMs } = http.oneAtATime;
  const best = http.concurrent.reduce((a, b) =>
    b.paintingsPerSecond > a.paintingsPerSecond ? b : a,
  );
  const { classic } = http;
  return [
    `On ${machine.processor}, ${machine.cores} cores, Node ${machine.node}; ${USUAL_SIDE} x ${USUAL_SIDE} pixels, medians.`,
    ...(classic
      ? [
          '',
          `**JPEG in, JPEG out over HTTP: ${totalMs} ms**, ${classic.ratio} times as fast as the same service around the classic`,
          `network through tfjs-node (${classic.totalMs} ms). The network takes ${networkMs} ms of it, everything around it ${aroundMs} ms.`,
        ]
      : []),
    `With ${best.callers} callers at once: ${best.paintingsPerSecond} paintings a second. From process start to the first painting:`,
    `${http.firstPaintingMs} ms.`,
    '',
    'The networks alone, built from the same kind of layer records and run by the same engine, in turn:',
    '',
    ...table(networks.filter(({ side }) => side === USUAL_SIDE)),
    '',
    ...tensorflowSentence(againstTensorflow),
    '"Classic" is the network of Johnson et al. (2016), "half" the same with half of its channels; times faster than',
    'classic / half. Other sizes, and what makes the difference: [docs/performance.md](docs/performance.md).',
  ].join('\n');
}

/** All of them. */
export function benchmarkTable({ machine, networks, againstTensorflow }: BenchResults): string {
  return [
    `Medians on ${machine.processor}, ${machine.cores} cores, Node ${machine.node}. Above 2048 x 2048 the classic networks do not fit`,
    'in memory together.',
    '',
    ...table(networks),
    ...tensorflowTable(againstTensorflow),
  ].join('\n');
}

function tensorflowSentence(results: BenchResults['againstTensorflow']): string[] {
  const usual = results?.find(({ side }) => side === USUAL_SIDE);
  if (usual === undefined) return [];
  const { classicMs, impastoMs, ratio } = usual;
  return [
    `In turn with the classic network by tfjs-node (${classicMs} ms), 8 bits take ${impastoMs} ms: **${ratio} times faster**.`,
    '',
  ];
}

function tensorflowTable(results: BenchResults['againstTensorflow'] = []): string[] {
  if (results.length === 0) return [];
  return [
    '',
    'In 8 bits against the classic network by tfjs-node, which takes all cores, in turn:',
    '',
    '| threads | size | classic by tfjs-node | Impasto in 8 bits | times faster |',
    '|---|---|---|---|---|',
    ...results.map(
      ({ threads, side, classicMs, impastoMs, ratio }) =>
        `| ${threads} | ${side} x ${side} | ${classicMs} ms | ${impastoMs} ms | **${ratio}** |`,
    ),
  ];
}

function table(networks: readonly NetworkResult[]): string[] {
  return [
    '| engine | threads | size | classic | half | Impasto | times faster | in 8 bits | times faster |',
    '|---|---|---|---|---|---|---|---|---|',
    ...networks.map(
      ({ engine, threads, side, impastoMs, classic, half, int8 }) =>
        `| ${engine} | ${threads} | ${side} x ${side} | ${milliseconds(classic?.ms)} | ${milliseconds(half?.ms)} ` +
        `| ${impastoMs} ms | ${ratios(classic?.ratio, half?.ratio)} ` +
        `| ${milliseconds(int8?.impastoMs)} | ${ratios(int8?.overClassic, int8?.overHalf)} |`,
    ),
  ];
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
      'docs/images/plots/pixels.svg',
      lineChart({
        title: 'Milliseconds of one painting over its megapixels',
        lines: lines.filter((line) => line.points.length > 0),
        xLabel: 'megapixels',
        xScale: 'logarithmic',
        yLabel: 'milliseconds',
      }),
    ],
    [
      'docs/images/plots/callers.svg',
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
