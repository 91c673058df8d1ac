/** What belongs to one tenant: a part of the store, and jobs, batches and deliveries that know no other part. */

import type { Config } from '../config/config.ts';
import { type Batches, createBatches } from '../jobs/batches.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { JOB_KINDS } from '../jobs/kinds.ts';
import { jobObserver } from '../jobs/observation.ts';
import { createDescriptions, type Descriptions } from '../jobs/resource.ts';
import type { Queue } from '../queues/queue.ts';
import { tenantQueue } from '../queues/tenant-queue.ts';
import {
  createImageSource,
  type ImageSource,
  type ImageSourceParts,
} from '../sources/image-source.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { DamageReport } from '../storage/records.ts';
import { tenantStore } from '../storage/tenant-store.ts';
import { type LearnedStyles, learnedStyles } from '../styles/learned-styles.ts';
import type { Log } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import { createDeliveries, type Deliveries, type DeliveriesParts } from '../webhooks/deliveries.ts';

export interface TenantServices {
  /** The tenant's part of the store. */
  readonly blobs: BlobStore;
  readonly images: ImageSource;
  readonly videoFiles: ImageSource;
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly descriptions: Descriptions;
  readonly deliveries: Deliveries;
  /** Styles that the tenant has learned. */
  readonly learned: LearnedStyles;
  /** Styles of pictures that came with the tenant's requests. */
  readonly pictured: LearnedStyles;
}

export interface TenantParts {
  readonly config: Config;
  readonly store: BlobStore;
  readonly queues: { readonly jobs: Queue; readonly webhooks: Queue };
  readonly images: Omit<ImageSourceParts, 'blobs'>;
  readonly videoFiles: Omit<ImageSourceParts, 'blobs'>;
  readonly deliveries: Pick<DeliveriesParts, 'fetch' | 'policy' | 'secrets' | 'timeoutMs'>;
  readonly report: DamageReport;
  readonly log: Log;
  readonly meter: Meter;
}

/** Of nobody's part of the store where there is no tenant. */
export function createTenantServices(
  { config, store, queues, report, log, meter, ...parts }: TenantParts,
  tenant: string | undefined,
): TenantServices {
  const ttlSeconds = config.OUTPUT_TTL_SECONDS;
  const blobs = tenantStore(store, tenant);
  const webhooks = tenantQueue(queues.webhooks, tenant);
  const jobs = createJobs({
    blobs,
    queue: tenantQueue(queues.jobs, tenant),
    announcements: webhooks,
    ttlSeconds,
    pollMs: config.JOB_POLL_MS,
    kinds: JOB_KINDS,
    report,
    observe: jobObserver({ log, meter, kinds: JOB_KINDS, tenant }),
  });
  const batches = createBatches(blobs, jobs, { ttlSeconds, report });
  const places = { blobs, urlTtlSeconds: config.URL_TTL_SECONDS };
  const descriptions = createDescriptions(JOB_KINDS, places);
  const deliveries = createDeliveries({
    ...parts.deliveries,
    jobs,
    descriptions,
    batches,
    blobs,
    queue: webhooks,
    tenant,
    report,
    meter,
  });
  const images = createImageSource({ ...parts.images, blobs });
  const videoFiles = createImageSource({ ...parts.videoFiles, blobs });
  const learned = learnedStyles(blobs);
  const pictured = learnedStyles(blobs, undefined, 'pictured/');
  return { blobs, images, videoFiles, jobs, batches, descriptions, deliveries, learned, pictured };
}
