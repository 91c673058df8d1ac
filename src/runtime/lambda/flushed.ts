/** A function's process is stopped between events: what it has to send goes before. */

import type { Tracing } from '../../services/telemetry-services.ts';

/** The work's result, or failure, when spans are sent, or take too long. */
export async function flushed<T>(tracing: Tracing, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await tracing.flush();
  }
}
