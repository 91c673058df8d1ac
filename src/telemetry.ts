/** What a request leaves behind for operators: spans of time and log lines. */

import { pino } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  info(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** JSON lines on standard output. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null });
}

/** Milliseconds spent in each named step, in the order of their first start. */
export interface Spans {
  readonly durations: ReadonlyMap<string, number>;
  /** Runs the step and adds its duration, also where it fails. */
  measure<T>(step: string, work: () => Promise<T>): Promise<T>;
  add(step: string, durationMs: number): void;
}

export function createSpans(): Spans {
  const durations = new Map<string, number>();
  const add = (step: string, durationMs: number) => {
    durations.set(step, (durations.get(step) ?? 0) + durationMs);
  };
  return {
    durations,
    add,
    async measure(step, work) {
      const started = performance.now();
      try {
        return await work();
      } finally {
        add(step, performance.now() - started);
      }
    },
  };
}
