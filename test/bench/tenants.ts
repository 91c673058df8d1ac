/**
 * `npm run bench:tenants`: thousands of jobs of many tenants, one of whom asks for half of them, on several servers that
 * share a bucket and queues (TEST_S3_ENDPOINT, and an SQS-compatible server), while servers are killed at random. Counts
 * what was lost, doubled or shown to another tenant, and how long each tenant waited. `--save` keeps the figures.
 */

import { Command } from 'commander';
import { startCluster } from '../support/cluster.ts';
import { s3Missing } from '../support/installed.ts';
import { keysOf } from '../support/keys.ts';
import { startReceiver } from '../support/receiver.ts';
import { findingsOf } from '../support/tenant-findings.ts';
import { serveTenants, wishesOf } from '../support/tenants.ts';
import { machineName, median, saveResults } from './report.ts';

export interface TenantResults {
  readonly machine: string;
  readonly servers: number;
  readonly tenants: number;
  readonly jobs: number;
  readonly kills: number;
  readonly seconds: number;
  readonly lost: number;
  readonly doubled: number;
  readonly leaked: number;
  /** Jobs that another server went on with. */
  readonly takenOver: number;
  /** Of events that had arrived, under the same id. */
  readonly repeatedDeliveries: number;
  /** Medians from being asked for to being begun. */
  readonly waitMs: {
    /** Of the one that asks for half of all jobs. */
    readonly flooding: number;
    /** Among all others. */
    readonly fastest: number;
    readonly slowest: number;
  };
}

const flags = new Command()
  .option('--jobs <number>', 'of all tenants', Number, 5000)
  .option('--tenants <number>', 'one of them asks for half of the jobs', Number, 20)
  .option('--servers <number>', 'that answer and work', Number, 3)
  .option('--kills <number>', 'at random moments', Number, 40)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<Record<'jobs' | 'tenants' | 'servers' | 'kills', number> & { save: boolean }>();

const CALLERS = 6;

if (s3Missing !== undefined) throw new Error(s3Missing);

const names = Array.from({ length: flags.tenants }, (_, i) => `tenant-${i}`);
const [flooding = ''] = names;
const { keys, text } = keysOf(Object.fromEntries(names.map((tenant) => [tenant, { tenant }])));
const half = Math.ceil(flags.jobs / 2);
const share = Math.floor((flags.jobs - half) / (flags.tenants - 1));
const wishes = wishesOf(
  names.map((name) => ({
    name,
    key: keys[name] ?? '',
    jobs: name === flooding ? flags.jobs - share * (flags.tenants - 1) : share,
  })),
);

const receiver = await startReceiver();
const cluster = await startCluster({
  servers: flags.servers,
  environment: {
    ACCESS_KEYS: text,
    FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
    SQS_VISIBILITY_SECONDS: '10',
    JOB_ATTEMPTS: '20',
  },
});
const started = performance.now();
await serveTenants({ wishes, kills: flags.kills, callers: CALLERS }, cluster, receiver);
const seconds = Math.round((performance.now() - started) / 1000);
const findings = await findingsOf(wishes, cluster, receiver);
await cluster.stop();
await receiver.close();

const waits = names.map((name) => Math.round(median(findings.waitsMs.get(name) ?? [])));
const [own = Number.NaN, ...others] = waits;
const results: TenantResults = {
  machine: machineName(),
  servers: flags.servers,
  tenants: flags.tenants,
  jobs: wishes.length,
  kills: flags.kills,
  seconds,
  lost: findings.lost.length,
  doubled: findings.doubled.length,
  leaked: findings.leaked.length,
  takenOver: findings.takenOver.length,
  repeatedDeliveries: findings.repeatedDeliveries,
  waitMs: { flooding: own, fastest: Math.min(...others), slowest: Math.max(...others) },
};
console.log(JSON.stringify(results, undefined, 2));
if (flags.save) await saveResults('tenants', results);
