/** Dashboard and alerts ask for metrics that there are; promtool runs the alerts' own tests. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { METRICS } from '../../src/telemetry/metrics.ts';
import { prometheusMeter } from '../../src/telemetry/prometheus.ts';

const folder = fileURLToPath(new URL('../../deploy/', import.meta.url));
const files = ['grafana/impasto.json', 'prometheus/alerts.yaml', 'prometheus/alerts.test.yaml'];
const textOf = (file: string) => readFileSync(`${folder}${file}`, 'utf8');

/** Names of metrics in a file, without what histograms add to theirs. */
const namesIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\b(?:impasto|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
      name.replace(/_(?:bucket|count|sum)$/, ''),
    ),
  ),
];

test.each(files)('every metric in %s is in the registry', async (file) => {
  const text = await prometheusMeter().text();
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const names = namesIn(textOf(file));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test('the dashboard shows every metric', () => {
  const shown = namesIn(textOf('grafana/impasto.json'));
  expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([]);
});

const promtool = (...args: string[]) =>
  spawnSync('promtool', args, { cwd: `${folder}prometheus`, encoding: 'utf8' });

if (promtool('--version').error) {
  test.skip("there is no promtool: it is in Debian's package prometheus", () => {});
} else {
  test.each([
    ['check', 'rules', 'alerts.yaml'],
    ['test', 'rules', 'alerts.test.yaml'],
  ])('promtool %s %s %s', (...args) => {
    const { status, stdout, stderr } = promtool(...args);
    expect(stdout + stderr).not.toContain('FAILED');
    expect(status).toBe(0);
  });
}
