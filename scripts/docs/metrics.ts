/** The table of metrics, from what defines them. */

import { METRICS } from '../../src/telemetry/metrics.ts';

export function metricTable(): string {
  const rows = Object.entries(METRICS).map(([name, { kind, labels, help }]) => {
    const names = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${names} | ${help} |`;
  });
  return ['| metric | kind | labels | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
