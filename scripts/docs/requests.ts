/** What a job asks of its stores, and what Amazon takes for it. */

import type { Count } from '../../test/bench/request-counts.ts';
import type { RequestResults, StepCount } from '../../test/bench/requests.ts';

/** US dollars a million, us-east-1: https://aws.amazon.com/s3/pricing/ (Standard), on demand of /dynamodb/pricing/. */
const DOLLARS = {
  bucket: { reads: 0.4, writes: 5, lists: 5 },
  table: { readUnits: 0.125, writeUnits: 0.625 },
};

export function requestTable({ recordsInBucket, recordsInTable }: RequestResults): string {
  const rows = recordsInBucket.map((apart, i) => {
    const together = recordsInTable[i] ?? apart;
    const cells = [
      apart.step,
      requests(apart.bucket),
      `$${dollars(apart)}`,
      requests(together.bucket),
      `${requests(together.table)}; ${together.table.readUnits} / ${together.table.writeUnits}`,
      `$${dollars(together)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| step of a job | all in S3 | a million | records in DynamoDB: S3 | DynamoDB; units read / written | a million |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    `Requests are reads / writes / lists / deletes. Dollars are at $${DOLLARS.bucket.writes} a million writes and lists and $${DOLLARS.bucket.reads} a`,
    `million reads of S3, whose deletes are free, and $${DOLLARS.table.writeUnits} a million units written and $${DOLLARS.table.readUnits} a million read of`,
    'DynamoDB, on demand, both in us-east-1.',
  ].join('\n');
}

function requests({ reads, writes, lists, deletes }: Count): string {
  return [reads, writes, lists, deletes].join(' / ');
}

function dollars({ bucket, table }: StepCount): string {
  const { reads, writes, lists } = DOLLARS.bucket;
  const { readUnits, writeUnits } = DOLLARS.table;
  const sum =
    bucket.reads * reads +
    bucket.writes * writes +
    bucket.lists * lists +
    table.readUnits * readUnits +
    table.writeUnits * writeUnits;
  return sum.toFixed(1);
}
