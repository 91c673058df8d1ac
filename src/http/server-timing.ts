/** Where the time went, as answers tell it. */

import type { Spans } from '../telemetry/spans.ts';

/** https://www.w3.org/TR/server-timing/ */
export function serverTiming({ durations }: Spans): string {
  return [...durations].map(([step, ms]) => `${step};dur=${Math.round(ms * 10) / 10}`).join(', ');
}
