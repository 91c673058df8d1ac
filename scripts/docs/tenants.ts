/** What became of the jobs of many tenants while servers were killed. */

import type { TenantResults } from '../../test/bench/tenants.ts';

export function tenantCounts(results: TenantResults): string {
  const { machine, servers, tenants, jobs, kills, seconds, waitMs } = results;
  const { flooding, fastest, slowest } = waitMs;
  const ratio = (slowest / fastest).toFixed(2);
  return [
    `${jobs} jobs of ${tenants} tenants, one of whom asked for half of them, on ${servers} servers that share one bucket and one`,
    `pair of queues, with ${kills} kills (SIGKILL) in ${seconds} seconds: ${results.lost} lost, ${results.doubled} doubled, ${results.leaked} shown to another tenant;`,
    `${results.takenOver} were gone on with by another server, and ${results.repeatedDeliveries} webhooks came again under the id that they had. The median wait`,
    `was ${inSeconds(flooding)} for the tenant that flooded and ${inSeconds(fastest)} to ${inSeconds(slowest)} for all others, ${ratio} times (${machine}).`,
  ].join('\n');
}

function inSeconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
