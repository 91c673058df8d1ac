/** Measurements as lines that CloudWatch makes metrics of. */

import { expect, test, vi } from 'vitest';
import { createMetering } from '../../src/services/telemetry-services.ts';
import { emfMeter } from '../../src/telemetry/emf.ts';
import { testConfig } from '../support/server.ts';

const NOW = 1_795_000_000_000;

function metered() {
  const lines: string[] = [];
  const meter = emfMeter(
    'Impasto',
    (line) => void lines.push(line),
    () => NOW,
  );
  return { meter, read: () => lines.splice(0).map((line) => JSON.parse(line)) };
}

test('what has the same labels is one line: counters as sums, histograms with all values', () => {
  const { meter, read } = metered();
  const labels = { kind: 'stylization', status: 'succeeded' };
  meter.add('impasto_jobs_total', labels);
  meter.add('impasto_jobs_total', labels);
  meter.observe('impasto_job_age_seconds', labels, 0.5);
  meter.observe('impasto_job_age_seconds', labels, 1.5);
  meter.add('impasto_painted_pixels_total', { precision: 'int8' }, 4096);
  meter.gauge('impasto_sessions', () => [{ labels: {}, value: 1 }]);
  meter.flush();
  expect(read()).toEqual([
    {
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          {
            Namespace: 'Impasto',
            Dimensions: [['kind', 'status']],
            Metrics: [
              { Name: 'impasto_jobs_total', Unit: 'Count' },
              { Name: 'impasto_job_age_seconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      ...labels,
      impasto_jobs_total: 2,
      impasto_job_age_seconds: [0.5, 1.5],
    },
    expect.objectContaining({ precision: 'int8', impasto_painted_pixels_total: 4096 }),
  ]);
  meter.flush();
  expect(read()).toEqual([]);
});

test('a line has no more values than CloudWatch takes, and none is lost', () => {
  const { meter, read } = metered();
  for (let i = 0; i < 250; i += 1) {
    meter.observe('impasto_step_duration_seconds', { step: 'decode' }, i);
  }
  meter.flush();
  const values = read().map((line) => line.impasto_step_duration_seconds as number[]);
  expect(values.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(values.flat()).toEqual(Array.from({ length: 250 }, (_, i) => i));
});

test('a namespace has them written to standard output, and goes with no port for Prometheus', async () => {
  const { meter, flushMetrics } = await createMetering(
    testConfig({ METRICS_NAMESPACE: 'Impasto' }),
  );
  meter.add('impasto_webhook_attempts_total', { outcome: 'delivered' });
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  flushMetrics();
  const written = write.mock.calls.map(([text]) => String(text));
  write.mockRestore();
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/"outcome":"delivered","impasto_webhook_attempts_total":1}\n$/);
  const both = { METRICS_NAMESPACE: 'Impasto', METRICS_PORT: '0' };
  expect(() => testConfig(both)).toThrow('METRICS_NAMESPACE: Expected either');
});
