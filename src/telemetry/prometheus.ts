/** Measurements for Prometheus, in a registry of their own. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { GaugeName, Meter, Read, Reading } from './meter.ts';
import { METRICS, type Metric } from './metrics.ts';

export interface PrometheusMeter extends Meter {
  readonly contentType: string;
  /** All metrics in Prometheus' text format, those of the process and its event loop included. */
  text(): Promise<string>;
}

type Readers = Map<string, Read<GaugeName>>;

export function prometheusMeter(): PrometheusMeter {
  const registry = new Registry();
  const readers: Readers = new Map();
  collectDefaultMetrics({ register: registry });
  for (const [name, metric] of Object.entries(METRICS)) register(registry, name, metric, readers);
  const metricOf = <M>(name: string) => registry.getSingleMetric(name) as unknown as M;
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    add: (name, labels, amount = 1) => metricOf<Counter>(name).inc({ ...labels }, amount),
    observe: (name, labels, value) => metricOf<Histogram>(name).observe({ ...labels }, value),
    gauge: (name, read) => void readers.set(name, read as Read<GaugeName>),
  };
}

function register(registry: Registry, name: string, metric: Metric, readers: Readers): void {
  const { kind, help, labels, buckets = [] } = metric;
  const given = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'counter') new Counter(given);
  else if (kind === 'histogram') new Histogram({ ...given, buckets: [...buckets] });
  else new Gauge({ ...given, collect: collector(name, readers) });
}

function collector(name: string, readers: Readers) {
  return async function collect(this: Gauge): Promise<void> {
    const readings = await readSafely(readers.get(name));
    this.reset();
    for (const { labels, value } of readings) this.set({ ...labels }, value);
  };
}

/** One thing that cannot be read must not hide all others. */
async function readSafely(
  read: Read<GaugeName> | undefined,
): Promise<readonly Reading<GaugeName>[]> {
  try {
    return (await read?.()) ?? [];
  } catch {
    return [];
  }
}
