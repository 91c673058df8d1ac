/**
 * Measurements as log lines from which CloudWatch makes metrics, for functions, which nobody can scrape:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

import type { LabelsOf, Meter } from './meter.ts';
import { METRICS, type MetricName } from './metrics.ts';

export interface EmfMeter extends Meter {
  /** Writes what has been measured since the last time. */
  flush(): void;
}

/** Of the specification: values of one metric in a line. */
const MAX_VALUES = 100;

/** What has the same labels, and so is one line. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** By metric: the sum of a counter, every value of a histogram. */
  readonly values: Map<MetricName, number[]>;
}

/**
 * Gauges are left out: what a function could tell of, it would have to ask others at the end of each event.
 * `write` takes a line without its end.
 */
export function emfMeter(
  namespace: string,
  write: (line: string) => void,
  now: () => number = Date.now,
): EmfMeter {
  const open = new Map<string, Series>();

  const valuesOf = (name: MetricName, labels: Readonly<Record<string, string>>): number[] => {
    const key = JSON.stringify(labels);
    const series = open.get(key) ?? { labels, values: new Map() };
    open.set(key, series);
    const values = series.values.get(name) ?? [];
    series.values.set(name, values);
    return values;
  };

  const flush = (): void => {
    const measured = [...open.values()];
    open.clear();
    for (const series of measured) write(lineOf(namespace, series, now()));
  };

  return {
    flush,
    add(name, labels, amount = 1) {
      const values = valuesOf(name, labels);
      values[0] = (values[0] ?? 0) + amount;
    },
    observe(name, labels: LabelsOf<typeof name>, value) {
      const values = valuesOf(name, labels);
      values.push(value);
      if (values.length === MAX_VALUES) flush();
    },
    gauge() {},
  };
}

function lineOf(namespace: string, { labels, values }: Series, Timestamp: number): string {
  const Metrics = [...values.keys()].map((Name) => ({ Name, Unit: unitOf(Name) }));
  const directive = { Namespace: namespace, Dimensions: [Object.keys(labels)], Metrics };
  const measured = [...values].map(([name, [first, ...rest]]) => [
    name,
    rest.length > 0 ? [first, ...rest] : first,
  ]);
  return JSON.stringify({
    _aws: { Timestamp, CloudWatchMetrics: [directive] },
    ...labels,
    ...Object.fromEntries(measured),
  });
}

function unitOf(name: MetricName): 'Seconds' | 'Count' {
  return METRICS[name].kind === 'histogram' ? 'Seconds' : 'Count';
}
