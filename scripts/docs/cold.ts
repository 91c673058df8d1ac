/** What the serverless package weighs, how fast it starts and what a painting costs there. */

import type { ColdResults } from '../../test/bench/cold.ts';

/** Memory of the functions that paint, as serverless.yml gives it. */
const MEMORY_MEGABYTES = 3008;

/** US dollars: AWS Lambda on x86 in eu-west-1, first tier, without the free one. */
const DOLLARS_PER_GIGABYTE_SECOND = 0.0000166667;
const DOLLARS_PER_MILLION_REQUESTS = 0.2;

export function coldTable(results: ColdResults): string {
  const rows: readonly (readonly [string, string])[] = [
    ['package, unpacked (the limit is 250 MB)', `${results.unpackedMegabytes} MB`],
    ['package, zipped', `${results.zipMegabytes} MB`],
    ['first answer of a new process that paints nothing', `${results.firstAnswerMs} ms`],
    ['the same with metrics', `${results.meteredAnswerMs} ms`],
    ['first painting of a new process, 512 x 512', `${results.firstPaintingMs} ms`],
    ['first batch of a new webhooks function', `${results.webhooksFunctionMs} ms`],
    ['painting in a warm process, 512 x 512', `${results.warmPaintingMs} ms`],
    ['most resident memory while painting that', `${results.residentMegabytes} MB`],
    ['a thousand warm paintings', `$${thousand(results.warmPaintingMs).toFixed(4)}`],
    ['a thousand cold ones', `$${thousand(results.firstPaintingMs).toFixed(4)}`],
  ];
  return [
    `Medians on ${results.machine}, through the Lambda runtime interface. Dollars are`,
    `computed from these times at ${MEMORY_MEGABYTES} MB, $${DOLLARS_PER_GIGABYTE_SECOND} a gigabyte-second and`,
    `$${DOLLARS_PER_MILLION_REQUESTS} a million requests; S3, SQS and traffic come on top.`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
  ].join('\n');
}

function thousand(milliseconds: number): number {
  const gigabyteSeconds = (MEMORY_MEGABYTES / 1024) * (milliseconds / 1000);
  return 1000 * gigabyteSeconds * DOLLARS_PER_GIGABYTE_SECOND + DOLLARS_PER_MILLION_REQUESTS / 1000;
}
