/** A function's process is stopped between events: what it has to send goes before. */

import type { Telemetry } from '../../services/telemetry-services.ts';

/** The work's result, or failure, when metrics are written and spans sent, or take too long. */
export async function flushed<T>(
  { flushMetrics, tracing }: Telemetry,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    flushMetrics();
    await tracing.flush();
  }
}
