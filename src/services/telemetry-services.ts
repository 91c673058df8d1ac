/** What is measured, and what is read when somebody looks. */

import { abandonable, NEVER, within } from '../concurrency/deadline.ts';
import type { Slots } from '../concurrency/slots.ts';
import type { Config } from '../config/config.ts';
import { tracesUrlOf } from '../config/trace-settings.ts';
import { freeBytes } from '../host/disk.ts';
import type { Queue } from '../queues/queue.ts';
import type { Sessions } from '../styles/sessions.ts';
import { emfMeter } from '../telemetry/emf.ts';
import type { Log } from '../telemetry/log.ts';
import { type Meter, SILENT_METER } from '../telemetry/meter.ts';
import type { PrometheusMeter } from '../telemetry/prometheus.ts';
import { keepTraceContexts } from '../telemetry/trace-context.ts';

export interface Metering {
  readonly meter: Meter;
  /** Where METRICS_PORT is set. */
  readonly prometheus: PrometheusMeter | undefined;
  /** Writes what somebody else reads from log lines. */
  flushMetrics(): void;
}

/** What speaks to Prometheus is loaded where it is asked for, and costs others no time at start. */
export async function createMetering({
  METRICS_PORT,
  METRICS_NAMESPACE,
}: Pick<Config, 'METRICS_PORT' | 'METRICS_NAMESPACE'>): Promise<Metering> {
  const nothing = { prometheus: undefined, flushMetrics() {} };
  if (METRICS_NAMESPACE !== '') {
    const meter = emfMeter(METRICS_NAMESPACE, (line) => void process.stdout.write(`${line}\n`));
    return { ...nothing, meter, flushMetrics: meter.flush };
  }
  if (METRICS_PORT === '') return { ...nothing, meter: SILENT_METER };
  const { prometheusMeter } = await import('../telemetry/prometheus.ts');
  const prometheus = prometheusMeter();
  return { ...nothing, meter: prometheus, prometheus };
}

/** What is to be sent before a function's process is stopped. */
export interface Telemetry extends Pick<Metering, 'flushMetrics'> {
  readonly tracing: Tracing;
}

export interface Tracing {
  /** Whether anybody is told. */
  readonly isSending: boolean;
  /** Resolves when all spans that have ended are sent, cannot be, or take too long. */
  flush(): Promise<void>;
  /** The same, for the last time, and for as long as a collector may take. */
  stop(): Promise<void>;
}

/** For functions that need neither an engine nor styles. */
export async function createTelemetry(config: Config, log: Log): Promise<Metering & Telemetry> {
  return { ...(await createMetering(config)), tracing: await createTracing(config, log) };
}

/** Work knows its trace, and log lines tell it, also where nobody collects traces; what speaks to collectors is loaded where one is set. */
export async function createTracing(config: Config, log: Log): Promise<Tracing> {
  keepTraceContexts();
  const url = tracesUrlOf(config);
  if (url === undefined) return { isSending: false, async flush() {}, async stop() {} };
  const { exportTraces } = await import('../telemetry/trace-export.ts');
  const { flush, stop } = exportTraces(url, log);
  const sent = (signal: AbortSignal) => abandonable(signal, flush());
  return {
    isSending: true,
    flush: () => within(NEVER, { timeoutMs: FLUSH_TIMEOUT_MS }, sent).catch(() => {}),
    stop,
  };
}

/** A caller waits meanwhile, or a function's time is counted. */
const FLUSH_TIMEOUT_MS = 2000;

export interface Gauged {
  readonly slots: Readonly<Record<'whole' | 'large' | 'headers', Slots>>;
  readonly queues: Readonly<Record<'jobs' | 'webhooks', Queue>>;
  readonly sessions: Sessions;
  readonly folders: Readonly<Record<string, string>>;
}

export function gaugeAll(meter: Meter, { slots, queues, sessions, folders }: Gauged): void {
  const ofSlots = (read: (slots: Slots) => number) => () =>
    Object.entries(slots).map(([name, each]) => ({
      labels: { slots: name },
      value: read(each),
    }));
  meter.gauge(
    'impasto_slots_running',
    ofSlots(({ running }) => running),
  );
  meter.gauge(
    'impasto_slots_waiting',
    ofSlots(({ waiting }) => waiting),
  );
  meter.gauge(
    'impasto_slots_oldest_wait_seconds',
    ofSlots(({ oldestWaitMs }) => oldestWaitMs / 1000),
  );
  meter.gauge('impasto_sessions', () => [{ labels: {}, value: sessions.count }]);
  meter.gauge('impasto_session_bytes', () => [{ labels: {}, value: sessions.bytes }]);
  gaugeQueues(meter, queues);
  meter.gauge('impasto_disk_free_bytes', () =>
    Promise.all(
      Object.entries(folders).map(async ([folder, path]) => ({
        labels: { folder },
        value: await freeBytes(path),
      })),
    ),
  );
}

function gaugeQueues(meter: Meter, queues: Gauged['queues']): void {
  const backlogs = async () =>
    Promise.all(
      Object.entries(queues).map(async ([queue, each]) => ({
        labels: { queue },
        backlog: await each.backlog(),
      })),
    );
  meter.gauge('impasto_queue_messages', async () =>
    (await backlogs()).flatMap(({ labels, backlog }) =>
      backlog ? { labels, value: backlog.messages } : [],
    ),
  );
  meter.gauge('impasto_queue_oldest_message_seconds', async () =>
    (await backlogs()).flatMap(({ labels, backlog }) =>
      backlog?.oldestSeconds === undefined ? [] : { labels, value: backlog.oldestSeconds },
    ),
  );
}
