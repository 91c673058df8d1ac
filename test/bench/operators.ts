/** What the runtime's own profiler says of a session's operators. */

import { z } from 'zod';

const eventsSchema = z.array(
  z.object({
    cat: z.string().optional(),
    name: z.string(),
    ts: z.number().optional(),
    dur: z.number().optional(),
    args: z.object({ op_name: z.string().optional() }).optional(),
  }),
);

/** Milliseconds by operator in a profile that it has written, of all runs but so many first ones. */
export function operatorTimes(profile: string, warmUpRuns = 0): Map<string, number> {
  const events = eventsSchema.parse(JSON.parse(profile));
  const warm = events.filter(({ name }) => name === 'model_run')[warmUpRuns]?.ts ?? 0;
  const sums = new Map<string, number>();
  for (const { cat, name, ts = 0, dur = 0, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < warm) continue;
    const operator = args?.op_name ?? name;
    sums.set(operator, (sums.get(operator) ?? 0) + dur / 1000);
  }
  return sums;
}
