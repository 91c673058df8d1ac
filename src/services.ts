/** The composition root: everything with state is made here, once per process. */

import { join } from 'node:path';
import { type Config, ConfigError } from './config.ts';
import { parseStyleMix, type StyleMix } from './core/mix.ts';
import { createSlots, type Slots } from './engines/slots.ts';
import { threadedEngine } from './engines/threaded.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import { createWorker } from './jobs/worker.ts';
import { embeddedQueue } from './queues/embedded-queue.ts';
import type { Handlers, Queue, RetryPolicy } from './queues/queue.ts';
import { createImageSource, type ImageSource } from './sources/image-source.ts';
import { publicFetch } from './sources/public-fetch.ts';
import type { BlobStore } from './storage/blob-store.ts';
import { fileStore } from './storage/file-store.ts';
import { signingSecret } from './storage/signing-secret.ts';
import { type UrlSigner, urlSigner } from './storage/url-signer.ts';
import { type Catalogue, openCatalogue } from './styles/catalogue.ts';
import { createSessions, type Sessions } from './styles/sessions.ts';
import { createStylizer, type Stylizer } from './stylizer.ts';
import { createLog, type Log } from './telemetry.ts';
import { createDeliveries, type Deliveries } from './webhooks/deliveries.ts';
import { readSecret } from './webhooks/signature.ts';

/** The painting thread, as the build names it. */
const PAINT_WORKER_SCRIPT = 'paint-worker.js';

/** What a queue carries, and who takes it from there. */
export interface Line {
  readonly queue: Queue;
  readonly handlers: Handlers;
  /** Messages handled at the same time. */
  readonly concurrency: number;
}

export interface Services {
  readonly config: Config;
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly sessions: Sessions;
  readonly slots: Slots;
  readonly stylizer: Stylizer;
  readonly blobs: BlobStore;
  /** Signs and checks URLs of blobs, where this service hands them out itself. */
  readonly signer: UrlSigner | undefined;
  readonly images: ImageSource;
  readonly jobs: Jobs;
  readonly deliveries: Deliveries;
  readonly lines: { readonly jobs: Line; readonly webhooks: Line };
  /** What is painted where a request names no style. */
  readonly defaultMix: StyleMix;
  close(): Promise<void>;
}

/** Webhooks that are being delivered at the same time. */
const WEBHOOK_CONCURRENCY = 16;

/** For how long a message of SQS is hidden at a time. */
const VISIBILITY_SECONDS = 60;

/**
 * Rejects with an `EngineUnavailableError`, a `CatalogueError` or a `ConfigError` where a part is
 * missing.
 */
export async function createServices(config: Config): Promise<Services> {
  const log = createLog(config.LOG_LEVEL);
  const catalogue = await openCatalogue(config.MODELS_DIR);
  const mix = defaultMix(config.DEFAULT_STYLE, catalogue);
  const work = await createWork(config);
  const engine = await threadedEngine({
    engine: config.ENGINE,
    workers: config.WORKERS,
    threads: config.THREADS,
    script: join(config.DIST_DIR, PAINT_WORKER_SCRIPT),
  });
  const sessions = createSessions({ engine, catalogue, budgetBytes: config.SESSION_CACHE_BYTES });
  const slots = createSlots({ slots: config.SLOTS, queueSize: config.QUEUE_SIZE });
  const limits = { maxPixels: config.MAX_PIXELS, maxPages: config.MAX_PAGES };
  const stylizer = createStylizer({ sessions, slots, limits });
  const { blobs, images, jobs, deliveries, queues } = work;
  const worker = createWorker({ jobs, blobs, stylizer, images, timeoutMs: config.JOB_TIMEOUT_MS });
  return {
    config,
    log,
    catalogue,
    sessions,
    slots,
    stylizer,
    ...work,
    lines: {
      jobs: { queue: queues.jobs, handlers: worker, concurrency: config.JOB_CONCURRENCY },
      webhooks: {
        queue: queues.webhooks,
        handlers: deliveries.handlers,
        concurrency: WEBHOOK_CONCURRENCY,
      },
    },
    defaultMix: mix,
    async close() {
      await sessions.close();
      await engine.stop();
    },
  };
}

/** What jobs, their pictures and their webhooks need: everything but an engine. */
export async function createWork(config: Config) {
  const { S3_BUCKET: bucket, S3_PREFIX: prefix, S3_ENDPOINT: endpoint } = config;
  const region = config.AWS_REGION;
  const local = bucket ? undefined : await createSigner(config);
  const blobs = local
    ? fileStore(config.DATA_DIR, local)
    : (await import('./storage/s3-store.ts')).s3Store({ bucket, prefix, region, endpoint });
  const policies = retryPolicies(config);
  const queues = await createQueues(config, blobs, policies);
  const fetch = publicFetch({
    hosts: config.FETCH_HOSTS === '*' ? undefined : listOf(config.FETCH_HOSTS),
    privateAddresses: listOf(config.FETCH_PRIVATE_ADDRESSES),
  });
  const images = createImageSource({
    fetch,
    blobs,
    maxBytes: config.MAX_BODY_BYTES,
    timeoutMs: config.FETCH_TIMEOUT_MS,
  });
  const jobs = createJobs({
    blobs,
    queue: queues.jobs,
    announcements: queues.webhooks,
    ttlSeconds: config.OUTPUT_TTL_SECONDS,
    pollMs: config.JOB_POLL_MS,
  });
  const deliveries = createDeliveries({
    jobs,
    blobs,
    queue: queues.webhooks,
    fetch,
    policy: policies.webhooks,
    secrets: webhookSecrets(config.WEBHOOK_SECRETS),
    timeoutMs: config.WEBHOOK_TIMEOUT_MS,
    urlTtlSeconds: config.URL_TTL_SECONDS,
  });
  return { blobs, signer: local, images, jobs, deliveries, queues };
}

/** What speaks to Amazon's services is loaded where it is used, and costs others no time at start. */
async function createQueues(
  config: Config,
  blobs: BlobStore,
  policies: Readonly<Record<'jobs' | 'webhooks', RetryPolicy>>,
): Promise<Readonly<Record<'jobs' | 'webhooks', Queue>>> {
  const { S3_BUCKET, AWS_REGION: region, SQS_ENDPOINT: endpoint } = config;
  const addresses = {
    jobs: [config.JOBS_QUEUE_URL, config.JOBS_DEAD_LETTERS_URL],
    webhooks: [config.WEBHOOKS_QUEUE_URL, config.WEBHOOKS_DEAD_LETTERS_URL],
  } as const;
  if (addresses.jobs[0] && !(S3_BUCKET && addresses.webhooks[0])) {
    throw new ConfigError('JOBS_QUEUE_URL: Expected S3_BUCKET and WEBHOOKS_QUEUE_URL beside it.');
  }
  if (S3_BUCKET && !addresses.jobs[0]) {
    throw new ConfigError('S3_BUCKET: Expected JOBS_QUEUE_URL and WEBHOOKS_QUEUE_URL beside it.');
  }
  if (!addresses.jobs[0]) {
    const open = (name: keyof typeof policies) => embeddedQueue(blobs, name, policies[name]);
    return { jobs: open('jobs'), webhooks: open('webhooks') };
  }
  const { sqsQueue } = await import('./queues/sqs-queue.ts');
  const open = (name: keyof typeof policies): Queue => {
    const [url, deadLettersUrl] = addresses[name];
    const place = { url, deadLettersUrl, region, endpoint };
    return sqsQueue({ ...place, visibilitySeconds: VISIBILITY_SECONDS }, policies[name]);
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

async function createSigner({ SIGNING_SECRET: secret, DATA_DIR }: Config): Promise<UrlSigner> {
  return urlSigner(secret ? new TextEncoder().encode(secret) : await signingSecret(DATA_DIR));
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

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function defaultMix(text: string, catalogue: Catalogue): StyleMix {
  try {
    const mix = parseStyleMix(text);
    catalogue.resolve(mix);
    return mix;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`DEFAULT_STYLE: ${reason}`, { cause });
  }
}
