/** Where the time goes, and what happens when more arrives than can be painted. */

import type { Catalog } from '../../src/styles/catalog.ts';
import { lineChart } from '../../src/styles/line-chart.ts';
import type { CatalogResults } from '../../test/bench/catalog.ts';
import type { LargeResults } from '../../test/bench/large.ts';
import type { LargeProfile } from '../../test/bench/large-profile.ts';
import type { LoadResults } from '../../test/bench/load.ts';
import type { MixedResults } from '../../test/bench/mixed.ts';
import type { ProfiledSize, ProfileResults } from '../../test/bench/profile.ts';
import type { ThreadsResults } from '../../test/bench/threads.ts';

/** Operators that take less in every column are summed up. */
const MIN_MS = 0.1;

export function profileTable({ machine, sizes }: ProfileResults): string {
  return [
    `Milliseconds of one painting on ${machine}. What takes less than ${MIN_MS} ms everywhere is in the sums`,
    'only.',
    ...sizes.flatMap((size) => [
      '',
      `${size.side} x ${size.side} pixels:`,
      '',
      ...profileRows(size),
    ]),
  ].join('\n');
}

function profileRows({ columns }: ProfiledSize): string[] {
  const times = columns.map((column) => new Map(column.times));
  const most = (operator: string) => Math.max(...times.map((column) => column.get(operator) ?? 0));
  const operators = [...new Set(times.flatMap((column) => [...column.keys()]))];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const sums = times.map((column) => [...column.values()].reduce((sum, ms) => sum + ms, 0));
  return [
    row(['operator', ...columns.map(({ title }) => title)]),
    row(['operator', ...columns].map(() => '---')),
    ...operators
      .filter((name) => most(name) >= MIN_MS)
      .sort((a, b) => most(b) - most(a))
      .map((name) => row([name, ...times.map((column) => column.get(name)?.toFixed(2) ?? '')])),
    row(['**sum**', ...sums.map((sum) => `**${sum.toFixed(2)}**`)]),
  ];
}

export function threadsTable({ machine, settings }: ThreadsResults): string {
  return [
    `On ${machine}, 512 x 512 JPEG in and out (\`npm run bench:threads\`).`,
    '',
    '| WORKERS | THREADS | one request at a time | paintings a second, 16 callers |',
    '|---|---|---|---|',
    ...settings.map(
      ({ workers, threads, oneAtATimeMs, paintingsPerSecond }) =>
        `| ${workers} | ${threads} | ${oneAtATimeMs} ms | ${paintingsPerSecond} |`,
    ),
  ].join('\n');
}

export function loadTable({ machine, seconds, saturation, rates }: LoadResults): string {
  return [
    `A server with default settings on ${machine} (whose cores the callers share); 512 x 512 JPEG in`,
    `and out, ${seconds} seconds at each rate. With ${saturation} paintings a second it is saturated.`,
    '',
    '| arrivals a second | of the saturation | paintings a second | p50 | p95 | p99 | refused | p99 of refusals | failures | resident |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rates.map(
      (rate) =>
        `| ${rate.arrivalsPerSecond} | ${rate.multiple} | ${rate.paintingsPerSecond} | ${rate.p50Ms} ms ` +
        `| ${rate.p95Ms} ms | ${rate.p99Ms} ms | ${rate.refusedPercent} % | ${rate.refusalP99Ms} ms ` +
        `| ${rate.failures} | ${rate.residentMegabytes} MB |`,
    ),
  ].join('\n');
}

export function largeTable({ machine, pictures }: LargeResults): string {
  return [
    `JPEG in and out over HTTP, ${machine}, default settings, a new server for each (\`npm run bench:large\`).`,
    '',
    '| picture | megapixels | the first, seconds | a further one, seconds per megapixel | times that of the smallest | most resident memory, all processes |',
    '|---|---|---|---|---|---|',
    ...pictures.map(
      ({ width, height, firstSeconds, secondsPerMegapixel, residentMegabytes }) =>
        `| ${width} x ${height} | ${((width * height) / 1e6).toFixed(1)} | ${firstSeconds} ` +
        `| ${secondsPerMegapixel} | ${(secondsPerMegapixel / pictures[0]!.secondsPerMegapixel).toFixed(2)} ` +
        `| ${residentMegabytes} MB |`,
    ),
  ].join('\n');
}

/** Steps of one name within a level are told together. */
export function largeProfileTable(profile: LargeProfile): string {
  const { machine, width, height, steps, levels: inStrips } = profile;
  const sums = new Map<string, { processorMs: number; ms: number }>();
  for (const { step, processorMs, ms } of steps) {
    if (step.startsWith('level-')) continue;
    const sum = sums.get(step) ?? { processorMs: 0, ms: 0 };
    sums.set(step, { processorMs: sum.processorMs + processorMs, ms: sum.ms + ms });
  }
  const levels = steps.filter(({ step }) => step.startsWith('level-'));
  const row = (name: string, processorMs: number, ms: number) =>
    `| ${name} | ${processorMs} ms | ${ms} ms |`;
  return [
    `${width} x ${height}, JPEG to JPEG in 8 bits, in a process that has painted before (${machine}, \`npm run bench:large-profile\`):`,
    '',
    '| | of the processor | by the clock |',
    '|---|---|---|',
    ...[...sums].map(([name, { processorMs, ms }]) => row(name, processorMs, ms)),
    ...levels.map(({ step, processorMs, ms }) =>
      row(step.replace('level-', 'of these, level '), processorMs, ms),
    ),
    '',
    'In the strips of its levels, by operator, on one thread:',
    '',
    ...stripOperatorsTable(inStrips),
  ].join('\n');
}

/** Operators with a smaller share of every level are told together. */
const TOLD_SHARE = 0.01;

function stripOperatorsTable(levels: LargeProfile['levels']): string[] {
  const timesOf = levels.map(({ operators }) => new Map(operators));
  const told = [...new Set(timesOf.flatMap((times) => [...times.keys()]))].filter((name) =>
    levels.some(({ ms }, i) => (timesOf[i]!.get(name) ?? 0) >= TOLD_SHARE * ms),
  );
  const row = (name: string, values: readonly (number | string)[]) =>
    `| ${name} | ${values.join(' | ')} |`;
  const times = told.map((name) => timesOf.map((all) => all.get(name) ?? 0));
  const sumOf = (all: readonly number[]) => all.reduce((sum, ms) => sum + ms, 0);
  const others = timesOf.map(
    (all, i) => sumOf([...all.values()]) - sumOf(times.map((row) => row[i]!)),
  );
  const between = levels.map(({ ms }, i) => ms - sumOf([...timesOf[i]!.values()]));
  const inMs = (values: readonly number[]) => values.map((ms) => `${ms} ms`);
  return [
    row(
      '',
      levels.map(({ width, height }) => `${width} x ${height}`),
    ),
    `|---|${levels.map(() => '---').join('|')}|`,
    ...told.map((name, i) => row(name, inMs(times[i]!))),
    row('others', inMs(others)),
    row('between operators', inMs(between)),
    row('all', inMs(levels.map(({ ms }) => ms))),
  ];
}

export function mixedTable(results: MixedResults): string {
  const { machine, seconds, smallCallers, largeCallers, smallAlone, smallBeside, large } = results;
  const row = (what: string, { paintings, p50Ms, p99Ms }: MixedResults['large']) =>
    `| ${what} | ${paintings} | ${p50Ms} ms | ${p99Ms} ms |`;
  return [
    `${smallCallers} callers with pictures of 512 x 512, and ${largeCallers} with pictures of 12 megapixels, who wait for their answers, ${seconds} seconds`,
    `on ${machine} (\`npm run bench:mixed\`):`,
    '',
    '| | paintings | p50 | p99 |',
    '|---|---|---|---|',
    row('small, alone', smallAlone),
    row('small, beside large ones', smallBeside),
    row('large', large),
    '',
    `${results.failures} failures; at most ${results.residentMegabytes} MB resident, all processes.`,
  ].join('\n');
}

export function catalogTable({ machine, catalogs }: CatalogResults): string {
  return [
    `On ${machine}, 512 x 512 JPEG in and out (\`npm run bench:catalog\`).`,
    '',
    '| styles in the catalog | process start to first painting | resident then | one more style in a warm process | resident, painted in so many styles |',
    '|---|---|---|---|---|',
    ...catalogs.map(
      ({ styles, firstPaintingMs, residentMegabytes, addedMs, painted, paintedMegabytes }) =>
        `| ${styles} | ${firstPaintingMs} ms | ${residentMegabytes} MB ` +
        `| ${addedMs === null ? '' : `${addedMs} ms`} | ${paintedMegabytes} MB, ${painted} |`,
    ),
  ].join('\n');
}

/** Plots by path. */
export function catalogPlots({ catalogs }: CatalogResults): Map<string, string> {
  const line = (name: string, y: (result: CatalogResults['catalogs'][number]) => number) => ({
    name,
    points: catalogs.map((result) => [result.styles, y(result)] as const),
  });
  const lines = [
    line('first painting, ms', ({ firstPaintingMs }) => firstPaintingMs),
    line('resident, MB', ({ residentMegabytes }) => residentMegabytes),
  ];
  const title = 'First painting and resident memory over the number of styles';
  const chart = { title, lines, xLabel: 'styles in the catalog', xScale: 'logarithmic' } as const;
  return new Map([['docs/images/plots/catalog.svg', lineChart(chart)]]);
}

export function int8Table({ styles }: Catalog): string {
  return [
    '| style | mean difference, of 255 | PSNR |',
    '|---|---|---|',
    ...styles.flatMap(({ id, int8 }) =>
      int8 ? [`| \`${id}\` | ${int8.difference.toFixed(2)} | ${int8.psnr.toFixed(1)} dB |`] : [],
    ),
  ].join('\n');
}
