/** Several servers serve several tenants from one bucket and one pair of queues, while servers are killed. */

import { expect, test } from 'vitest';
import { startCluster } from '../support/cluster.ts';
import { s3Missing } from '../support/installed.ts';
import { keysOf } from '../support/keys.ts';
import { startReceiver } from '../support/receiver.ts';
import { findingsOf } from '../support/tenant-findings.ts';
import { serveTenants, wishesOf } from '../support/tenants.ts';

const JOBS = { flood: 30, one: 10, two: 10, three: 10 };
const NAMES = ['flood', 'one', 'two', 'three'] as const;

const { keys, text } = keysOf({
  flood: { tenant: 'flood' },
  one: { tenant: 'one' },
  two: { tenant: 'two' },
  three: { tenant: 'three' },
});

test.skipIf(s3Missing)(
  'of the jobs of four tenants, none is lost, doubled or shown to another one when servers are killed',
  async ({ onTestFinished }) => {
    const receiver = await startReceiver();
    onTestFinished(receiver.close);
    const cluster = await startCluster({
      servers: 3,
      environment: {
        ACCESS_KEYS: text,
        FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
        SQS_VISIBILITY_SECONDS: '3',
        // Who has died while it delivered is waited for as long.
        WEBHOOK_TIMEOUT_MS: '1000',
      },
    });
    onTestFinished(cluster.stop);
    const wishes = wishesOf(NAMES.map((name) => ({ name, key: keys[name], jobs: JOBS[name] })));
    await serveTenants({ wishes, kills: 2, callers: 4 }, cluster, receiver);
    const { lost, doubled, leaked } = await findingsOf(wishes, cluster, receiver);
    expect({ lost, doubled, leaked }).toEqual({ lost: [], doubled: [], leaked: [] });
  },
  120_000,
);
