import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { freshnessOf } from '../../src/sources/freshness.ts';

const NOW = Date.parse('2026-05-04T09:30:00Z');
const HOUR = 3600;

test.each<[IncomingHttpHeaders, number]>([
  [{}, HOUR],
  [{ 'cache-control': '' }, HOUR],
  [{ 'cache-control': 'public' }, HOUR],
  [{ 'cache-control': 'max-age=60' }, 60],
  [{ 'cache-control': 'Public, MAX-AGE="60"' }, 60],
  [{ 'cache-control': 'max-age=60, s-maxage=10' }, 10],
  [{ 'cache-control': 'max-age=60', age: '20' }, 40],
  [{ 'cache-control': 'max-age=60', age: '90' }, 0],
  [{ 'cache-control': 'max-age=60', age: 'long' }, 60],
  [{ 'cache-control': 'max-age=soon' }, 0],
  [{ 'cache-control': 'max-age=-1' }, 0],
  [{ 'cache-control': 'max-age=99999999999' }, 365 * 24 * HOUR],
  [{ 'cache-control': 'no-cache, max-age=60' }, 0],
  [{ expires: 'Mon, 04 May 2026 09:31:00 GMT' }, 60],
  [{ expires: 'Mon, 04 May 2026 08:01:00 GMT', date: 'Mon, 04 May 2026 08:00:00 GMT' }, 60],
  [{ expires: '0' }, 0],
  [{ expires: 'Mon, 04 May 2026 09:00:00 GMT' }, 0],
  [{ expires: 'Mon, 04 May 2026 09:31:00 GMT', 'cache-control': 'max-age=5' }, 5],
])('%j stays for %d seconds', (headers, seconds) => {
  expect(freshnessOf(headers, NOW)).toEqual({ freshMs: seconds * 1000, isShared: true });
});

test.each(['no-store', 'private, max-age=60', 'max-age=60, No-Store'])(
  '%s is not kept for others',
  (header) => {
    expect(freshnessOf({ 'cache-control': header }, NOW)).toEqual({ freshMs: 0, isShared: false });
  },
);
