/** Metrics: what is scraped agrees with what callers have counted, and labels are bounded. */

import { expect, test } from 'vitest';
import { METRICS } from '../../src/telemetry/metrics.ts';
import { jpeg } from '../support/pictures.ts';
import { startReceiver } from '../support/receiver.ts';
import { sumOf } from '../support/scraped.ts';
import { useServer } from '../support/server.ts';

const server = useServer({
  METRICS_PORT: '0',
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  JOB_POLL_MS: '20',
});
const path = '/v1/stylizations';
const photo = await jpeg(64, 48);

const scrape = async (): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${server.metricsPort()}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return answer.text();
};

const post = (query: Record<string, string> = {}, body: Buffer = photo) =>
  server.post(path).query(query).type('image/jpeg').send(body);

test('what is scraped agrees with what callers have counted after a burst', async () => {
  const asked = [
    ...Array.from({ length: 4 }, () => post()),
    ...Array.from({ length: 3 }, () => post({ style: 'udnie' })),
    post({ style: 'udnie:0.5,starry-night:0.5' }),
    ...Array.from({ length: 2 }, () => post({ style: 'bob-ross' })),
    ...Array.from({ length: 3 }, () => post({}, Buffer.from('GIF89a no'))),
    ...Array.from({ length: 5 }, (_, i) => server.get(`/nothing/${i}`)),
  ];
  const answers = await Promise.all(asked.map((each) => each.then((answer) => answer)));
  const counted = new Map<string, number>();
  for (const { status } of answers) {
    counted.set(String(status), (counted.get(String(status)) ?? 0) + 1);
  }
  const text = await scrape();
  for (const [status, count] of counted) {
    const name = 'impasto_http_request_duration_seconds_count';
    const routed = sumOf(text, name, { route: path, status });
    const unrouted = sumOf(text, name, { route: 'none', status });
    expect([status, routed + unrouted]).toEqual([status, count]);
  }
  expect(sumOf(text, 'impasto_http_request_duration_seconds_count', { route: 'none' })).toBe(5);
  const painted = (style: string) =>
    sumOf(text, 'impasto_paintings_total', { style, outcome: 'painted', precision: 'float32' });
  expect([painted('starry-night'), painted('udnie'), painted('mix')]).toEqual([4, 3, 1]);
  expect(sumOf(text, 'impasto_painted_pixels_total')).toBe(8 * 64 * 48);
  expect(sumOf(text, 'impasto_step_duration_seconds_count', { step: 'encode' })).toBe(8);
  expect(sumOf(text, 'impasto_problems_total', { type: 'not-found' })).toBe(5);
  expect(sumOf(text, 'impasto_problems_total', { type: 'style-not-found' })).toBe(2);
  expect(sumOf(text, 'impasto_problems_total', { type: 'image-unreadable' })).toBe(3);
  expect(sumOf(text, 'impasto_http_requests_active')).toBe(0);
  expect(text).not.toContain('bob-ross');
  expect(text).not.toContain('/nothing/');
});

test('jobs and the attempts at telling of them are counted', async () => {
  const receiver = await startReceiver();
  try {
    const submit = (body: Buffer) =>
      post({ webhook: receiver.url }, body).set('prefer', 'respond-async');
    await submit(photo);
    await submit(Buffer.from('GIF89a no'));
    await expect.poll(() => receiver.received.length).toBe(2);
    await expect
      .poll(async () =>
        sumOf(await scrape(), 'impasto_webhook_attempts_total', { outcome: 'delivered' }),
      )
      .toBe(2);
    await expect.poll(async () => sumOf(await scrape(), 'impasto_queue_messages')).toBe(0);
    const text = await scrape();
    const jobs = (status: string) =>
      sumOf(text, 'impasto_jobs_total', { kind: 'stylization', status });
    expect(['queued', 'succeeded', 'failed', 'buried'].map(jobs)).toEqual([2, 1, 1, 0]);
    expect(sumOf(text, 'impasto_job_age_seconds_count', { status: 'succeeded' })).toBe(1);
  } finally {
    await receiver.close();
  }
});

test('every metric is there, and what can be read has a value', async () => {
  const text = await scrape();
  for (const [name, { kind }] of Object.entries(METRICS)) {
    expect(text).toContain(`# TYPE ${name} ${kind}`);
    if (kind === 'gauge')
      expect([name, new RegExp(`^${name}[ {]`, 'm').test(text)]).toEqual([name, true]);
  }
  expect(sumOf(text, 'impasto_slots_running', { slots: 'whole' })).toBe(0);
  expect(sumOf(text, 'impasto_disk_free_bytes', { folder: 'data' })).toBeGreaterThan(0);
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
});

test('the API knows no metrics, and the port of metrics nothing else', async () => {
  expect((await server.get('/metrics')).status).toBe(404);
  const other = await fetch(`http://127.0.0.1:${server.metricsPort()}/v1/styles`);
  expect(other.status).toBe(404);
});
