/**
 * `npm run bench:requests`: what a job asks of its stores, with records in the bucket and with records in a table. Counts
 * the requests that reach an S3 server (TEST_S3_ENDPOINT) and a DynamoDB-compatible one, and the units of the latter.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { startServer } from '../../src/runtime/server.ts';
import { createServices } from '../../src/services/services.ts';
import { startDynamo } from '../support/dynamo.ts';
import { s3Endpoint, s3Missing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { type Exchange, startProxy } from '../support/proxy.ts';
import { startReceiver } from '../support/receiver.ts';
import { createBucket } from '../support/s3.ts';
import { testConfig } from '../support/server.ts';
import { startSqs } from '../support/sqs.ts';
import { rounded, saveResults } from './report.ts';
import { bucketRequest, type Count, createTableMeter, NOTHING } from './request-counts.ts';

/** Of one step, the mean over all jobs. */
export interface StepCount {
  readonly step: string;
  readonly bucket: Count;
  readonly table: Count;
}

export interface RequestResults {
  readonly jobs: number;
  readonly recordsInBucket: readonly StepCount[];
  readonly recordsInTable: readonly StepCount[];
}

const { jobs, save } = new Command()
  .option('--jobs <number>', 'jobs that are counted', Number, 10)
  .option('--save', 'keep the results', false)
  .parse()
  .opts<{ jobs: number; save: boolean }>();

/** Nothing more comes of a step when there was no request for so long. */
const QUIET_MS = 400;

if (s3Missing !== undefined) throw new Error(s3Missing);

const results: RequestResults = {
  jobs,
  recordsInBucket: await countedWith('bucket'),
  recordsInTable: await countedWith('table'),
};
for (const [place, steps] of Object.entries(results)) {
  if (typeof steps === 'number') continue;
  console.log(`\n${place}, requests for one job`);
  for (const store of ['bucket', 'table'] as const) {
    console.log(store);
    console.table(Object.fromEntries(steps.map((step: StepCount) => [step.step, step[store]])));
  }
}
if (save) await saveResults('requests', results);

async function countedWith(records: 'bucket' | 'table'): Promise<StepCount[]> {
  const [sqs, dynamo, receiver] = await Promise.all([startSqs(), startDynamo(), startReceiver()]);
  const [work, webhooks] = await Promise.all([sqs.createQueue(5), sqs.createQueue(8)]);
  const tableMeter = createTableMeter();
  const counts = { bucket: NOTHING, table: NOTHING };
  let lastMs = performance.now();
  const counting = (store: keyof typeof counts, measure: (exchange: Exchange) => Count) =>
    function see(exchange: Exchange): undefined {
      counts[store] = sum(counts[store], measure(exchange));
      lastMs = performance.now();
    };
  const [s3Proxy, tableProxy] = await Promise.all([
    startProxy(s3Endpoint!, counting('bucket', bucketRequest)),
    startProxy(dynamo.endpoint, counting('table', tableMeter)),
  ]);
  const config = testConfig({
    S3_BUCKET: await createBucket(),
    S3_ENDPOINT: s3Proxy.endpoint,
    ...(records === 'table' && {
      DYNAMODB_TABLE: await dynamo.createTable(),
      DYNAMODB_ENDPOINT: tableProxy.endpoint,
    }),
    JOBS_QUEUE_URL: work.url,
    WEBHOOKS_QUEUE_URL: webhooks.url,
    SQS_ENDPOINT: sqs.endpoint,
    FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
    ACCESS: 'open',
  });
  const running = await startServer(await createServices(config));
  const path = `http://127.0.0.1:${running.port}/v1/stylizations`;
  const body = new Uint8Array(await jpeg());
  const submit = (id: string, query = '') =>
    fetch(`${path}/${id}${query}`, {
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg', prefer: 'respond-async' },
      body,
    });
  const quiet = async () => {
    while (performance.now() - lastMs < QUIET_MS) await sleep(QUIET_MS / 8);
  };

  const measure = async (step: string, ask: (id: string) => Promise<Response>) => {
    await quiet();
    counts.bucket = NOTHING;
    counts.table = NOTHING;
    for (let i = 0; i < jobs; i += 1) {
      const answer = await ask(`job-${i}`);
      if (answer.status >= 400) throw new Error(`${step}: ${answer.status}`);
      lastMs = performance.now();
      await quiet();
    }
    return { step, bucket: mean(counts.bucket), table: mean(counts.table) };
  };

  // What is written once by every process is none of a job's.
  await submit('first');
  const steps: StepCount[] = [];
  const webhook = `?webhook=${encodeURIComponent(receiver.url)}`;
  steps.push(await measure('accepted and painted', submit));
  steps.push(
    await measure('the same, and told to a webhook', (id) => submit(`told-${id}`, webhook)),
  );
  steps.push(await measure('its state', (id) => fetch(`${path}/${id}`)));
  steps.push(
    await measure('its picture', (id) => fetch(`${path}/${id}/output`, { redirect: 'manual' })),
  );
  steps.push(await measure('a list of ten', () => fetch(`${path}?limit=10`)));
  steps.push(await measure('removed', (id) => fetch(`${path}/${id}`, { method: 'DELETE' })));
  await running.stop();
  await Promise.all([s3Proxy.stop(), tableProxy.stop(), receiver.close()]);
  await Promise.all([sqs.stop(), dynamo.stop()]);
  return steps;
}

function sum(a: Count, b: Count): Count {
  return combined((name) => a[name] + b[name]);
}

function mean(count: Count): Count {
  return combined((name) => rounded(count[name] / jobs));
}

function combined(amountOf: (name: keyof Count) => number): Count {
  const names = Object.keys(NOTHING) as (keyof Count)[];
  return Object.fromEntries(names.map((name) => [name, amountOf(name)])) as unknown as Count;
}
