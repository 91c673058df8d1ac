/** What jobs, their pictures and their webhooks need: everything but an engine. */

import { OPEN_TENANT } from '../access/tenants.ts';
import { type ByteBudget, createByteBudget } from '../concurrency/byte-budget.ts';
import { recent } from '../concurrency/recent.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { listOf } from '../config/kinds.ts';
import { reasonOf } from '../errors.ts';
import { embeddedQueue } from '../queues/embedded-queue.ts';
import type { Handlers, Queue, RetryPolicy } from '../queues/queue.ts';
import { byTenant } from '../queues/tenant-queue.ts';
import { tracedHandlers, tracedQueue } from '../queues/traced-queue.ts';
import { publicFetch, refusalOf } from '../sources/public-fetch.ts';
import { type RememberedSources, rememberedSources } from '../sources/remembered-sources.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { DamageReport } from '../storage/records.ts';
import type { Retention } from '../storage/retention.ts';
import type { UrlSigner } from '../storage/url-signer.ts';
import type { Log } from '../telemetry/log.ts';
import { type Meter, SILENT_METER } from '../telemetry/meter.ts';
import { readSecret } from '../webhooks/signature.ts';
import { type OpenedStore, openStore } from './store.ts';
import { createTenantServices, type TenantServices } from './tenant-services.ts';

export interface JobServices {
  /** Bytes that requests hold: their bodies, and what they have fetched. */
  readonly bodyBudget: ByteBudget;
  /** All tenants' blobs: for what a signature allows, and for tidying up. */
  readonly store: BlobStore;
  /** How long what lies there is kept at most. */
  readonly retention: Retention;
  /** Signs and checks URLs of blobs, where this service hands them out itself. */
  readonly signer: UrlSigner | undefined;
  /** What must answer, by its setting. */
  readonly places: OpenedStore['places'];
  /** Photographs that signed URLs name. */
  readonly sources: RememberedSources;
  /** Why an address can never be asked; undefined where it may be. */
  readonly checkAddress: (address: string) => string | undefined;
  readonly workOf: (tenant: string) => TenantServices;
  readonly queues: { readonly jobs: Queue; readonly webhooks: Queue };
}

/** Whose services are kept at hand; those of others are made when they are asked for. */
export const MAX_TENANTS = 1000;

/** Rejects with a `ConfigError` where settings do not go together. */
export async function createJobServices(
  config: Config,
  log: Log,
  meter: Meter = SILENT_METER,
): Promise<JobServices> {
  const { blobs: store, retention, signer, places } = await openStore(config);
  const report: DamageReport = (key, err) =>
    log.error({ err, key }, 'a record is damaged: it was put aside');
  const policies = retryPolicies(config);
  const queues = await createQueues(config, store, policies, report);
  const guard = {
    hosts: config.FETCH_HOSTS === '*' ? undefined : listOf(config.FETCH_HOSTS),
    privateAddresses: listOf(config.FETCH_PRIVATE_ADDRESSES),
  };
  const fetch = publicFetch(guard);
  const bodyBudget = createByteBudget(config.BODY_BUDGET_BYTES);
  const fetching = {
    budget: bodyBudget,
    maxBytes: config.MAX_BODY_BYTES,
    timeoutMs: config.FETCH_TIMEOUT_MS,
  };
  const sources = rememberedSources({
    ...fetching,
    fetch: publicFetch({
      ...guard,
      ...(config.SIGNED_SOURCES && { beginnings: listOf(config.SIGNED_SOURCES) }),
    }),
  });
  const parts = {
    config,
    store,
    queues,
    report,
    log,
    meter,
    images: { ...fetching, fetch },
    videoFiles: {
      ...fetching,
      fetch,
      field: 'video' as const,
      maxBytes: config.MAX_VIDEO_BYTES,
      // As many as are worked on: what bodies may take is not theirs.
      budget: createByteBudget(config.MAX_VIDEO_BYTES * (config.VIDEO_CONCURRENCY + 1)),
    },
    deliveries: {
      fetch,
      policy: policies.webhooks,
      secrets: webhookSecrets(config.WEBHOOK_SECRETS),
      timeoutMs: config.WEBHOOK_TIMEOUT_MS,
    },
  };
  const workOf = recent(
    (tenant) => createTenantServices(parts, tenant === OPEN_TENANT ? undefined : tenant),
    MAX_TENANTS,
  );
  const checkAddress = (address: string) => refusalOf(address, guard);
  return { bodyBudget, checkAddress, places, retention, store, signer, sources, workOf, queues };
}

/** For the queue of webhooks. */
export function deliveringHandlers({ queues, workOf }: JobServices): Handlers {
  const handlers = byTenant((tenant = OPEN_TENANT) => workOf(tenant).deliveries.handlers);
  return tracedHandlers(queues.webhooks, 'webhooks', handlers);
}

/** Rejects with a `ConfigError` where bucket, table or queues are not there, or cannot be reached. */
export async function checkPlaces({ places, queues }: JobServices): Promise<void> {
  const looks = Object.entries({
    ...places,
    JOBS_QUEUE_URL: () => queues.jobs.check(),
    WEBHOOKS_QUEUE_URL: () => queues.webhooks.check(),
  });
  const outcomes = await Promise.allSettled(looks.map(([, look]) => look()));
  const problems = outcomes.flatMap((outcome, i) =>
    outcome.status === 'rejected' ? [told(looks[i]![0], outcome.reason)] : [],
  );
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
}

function told(setting: string, error: unknown): string {
  return error instanceof ConfigError ? error.message : `${setting}: ${reasonOf(error)}`;
}

/** What speaks to Amazon's services is loaded where it is used, and costs others no time at start. */
async function createQueues(
  config: Config,
  blobs: BlobStore,
  policies: Readonly<Record<'jobs' | 'webhooks', RetryPolicy>>,
  report: DamageReport,
): Promise<Readonly<Record<'jobs' | 'webhooks', Queue>>> {
  const { AWS_REGION: region, SQS_ENDPOINT: endpoint, SQS_VISIBILITY_SECONDS } = config;
  const addresses = {
    jobs: [config.JOBS_QUEUE_URL, config.JOBS_DEAD_LETTERS_URL],
    webhooks: [config.WEBHOOKS_QUEUE_URL, config.WEBHOOKS_DEAD_LETTERS_URL],
  } as const;
  if (!addresses.jobs[0]) {
    const open = (name: keyof typeof policies) =>
      tracedQueue(embeddedQueue(blobs, name, policies[name], report), name);
    return { jobs: open('jobs'), webhooks: open('webhooks') };
  }
  const { sqsQueue } = await import('../queues/sqs-queue.ts');
  const open = (name: keyof typeof policies): Queue => {
    const [url, deadLettersUrl] = addresses[name];
    const place = { url, deadLettersUrl, region, endpoint };
    const options = { ...place, visibilitySeconds: SQS_VISIBILITY_SECONDS };
    const queue = sqsQueue(options, policies[name]);
    return tracedQueue(queue, name);
  };
  return { jobs: open('jobs'), webhooks: open('webhooks') };
}

function retryPolicies(config: Config) {
  return {
    jobs: { maxReceives: config.JOB_ATTEMPTS, firstDelaySeconds: 2, maxDelaySeconds: 300 },
    webhooks: {
      maxReceives: config.WEBHOOK_ATTEMPTS,
      firstDelaySeconds: config.WEBHOOK_FIRST_DELAY_SECONDS,
      maxDelaySeconds: 7200,
    },
  };
}

function webhookSecrets(list: string): Uint8Array[] {
  return listOf(list).map((text) => {
    const secret = readSecret(text);
    if (secret) return secret;
    throw new ConfigError(
      'WEBHOOK_SECRETS: Expected "whsec_" and 24 to 64 bytes in base64 for each secret.',
    );
  });
}
