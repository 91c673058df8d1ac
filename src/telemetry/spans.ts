/** Where the time of a request goes. */

import { type Meter, SILENT_METER } from './meter.ts';
import { inSpan, pastSpan } from './tracing.ts';

/** Milliseconds spent in each named step, in the order of their first start. */
export interface Spans {
  readonly durations: ReadonlyMap<string, number>;
  /** Runs the step and adds its duration, also where it fails. */
  measure<T>(step: string, work: () => Promise<T>): Promise<T>;
  add(step: string, durationMs: number): void;
}

/** What is measured here is told to the meter, too, and is a span of the trace that is under way. */
export function createSpans(meter: Meter = SILENT_METER): Spans {
  const durations = new Map<string, number>();
  const note = (step: string, durationMs: number) => {
    durations.set(step, (durations.get(step) ?? 0) + durationMs);
    meter.observe('impasto_step_duration_seconds', { step }, durationMs / 1000);
  };
  return {
    durations,
    add(step, durationMs) {
      note(step, durationMs);
      pastSpan(step, durationMs);
    },
    async measure(step, work) {
      const started = performance.now();
      try {
        return await inSpan(step, {}, work);
      } finally {
        note(step, performance.now() - started);
      }
    },
  };
}
