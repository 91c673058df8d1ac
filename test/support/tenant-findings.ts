/** What became of the jobs of many tenants, as their owners, somebody else, their webhooks and the bucket tell it. */

import { z } from 'zod';
import { s3Store } from '../../src/storage/s3-store.ts';
import type { Cluster } from './cluster.ts';
import { s3Endpoint } from './installed.ts';
import { bearer } from './keys.ts';
import type { Receiver } from './receiver.ts';
import { persistently, STYLIZATIONS, type Tenant, type Wish, withCallers } from './tenants.ts';

/** Jobs by tenant and id, as `shop/job-1`. */
export interface Findings {
  /** Not succeeded, not listed, not told of, or without a painting. */
  readonly lost: readonly string[];
  /** Ended twice, listed twice, told of as two events, or with two paintings. */
  readonly doubled: readonly string[];
  /** Shown to somebody else, or with somebody else's picture. */
  readonly leaked: readonly string[];
  /** Begun more than once, as their server was killed. */
  readonly takenOver: readonly string[];
  /** That came again under the id of an event that had come. */
  readonly repeatedDeliveries: number;
  /** By tenant: of its jobs, from when they were asked for until they were begun. */
  readonly waitsMs: ReadonlyMap<string, readonly number[]>;
}

/** A job as somebody was told of it. */
interface Sighting {
  readonly name: string;
  /** Of its painting. */
  readonly width: number | undefined;
}

const jobSchema = z.object({
  id: z.string(),
  status: z.string(),
  attempts: z.int(),
  created_at: z.coerce.date(),
  started_at: z.coerce.date(),
  output: z.object({ width: z.int() }).nullable(),
});
const pageSchema = z.object({
  stylizations: z.array(jobSchema),
  next_cursor: z.string().nullable(),
});
const messageSchema = z.object({ data: jobSchema });

const LOOKERS = 8;
const REGION = 'us-east-1';
const END = /^event: (?:succeeded|failed|canceled)$/gm;

export async function findingsOf(
  wishes: readonly Wish[],
  cluster: Cluster,
  receiver: Receiver,
): Promise<Findings> {
  const tenants = [...new Set(wishes.map(({ tenant }) => tenant))];
  const widths = new Map(wishes.map((wish) => [nameOf(wish.tenant, wish.id), wish.width]));
  const told = deliveriesTo(receiver);
  const events = new Map(told.map((delivery) => [delivery.event, delivery]));
  const listed = (await withCallers(LOOKERS, tenants, (each) => listOf(each, cluster))).flat();
  const stored = await paintingsIn(cluster);
  const looks = await withCallers(LOOKERS, wishes, (wish) => look(wish, tenants, cluster));

  const counts = [
    counted([...events.values()].map(({ name }) => name)),
    counted(listed.map(({ name }) => name)),
    counted(stored),
    new Map(looks.map(({ name, ends }) => [name, ends])),
  ];
  const isOwn = ({ name, width }: Sighting) => widths.get(name) === width;
  const foreign = [...told, ...listed, ...looks].filter((sighting) => !isOwn(sighting));
  const shown = looks.filter(({ isShown }) => isShown);
  const unknown = stored.filter((name) => !widths.has(name));
  const names = [...widths.keys()];
  return {
    lost: names.filter((name) => counts.some((count) => !count.get(name))),
    doubled: names.filter((name) => counts.some((count) => (count.get(name) ?? 0) > 1)),
    leaked: [...new Set([...[...foreign, ...shown].map(({ name }) => name), ...unknown])],
    takenOver: looks.filter(({ attempts }) => attempts > 1).map(({ name }) => name),
    repeatedDeliveries: told.length - events.size,
    waitsMs: waitsOf(looks),
  };
}

function nameOf(tenant: Pick<Tenant, 'name'>, id: string): string {
  return `${tenant.name}/${id}`;
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Each tenant's receiver is named after it. */
function deliveriesTo({ received }: Receiver): (Sighting & { readonly event: string })[] {
  return received.map(({ path, headers, body }) => {
    const { data } = messageSchema.parse(JSON.parse(body));
    const name = nameOf({ name: path.slice(1) }, data.id);
    return { name, width: data.output?.width, event: `${path} ${headers['webhook-id']}` };
  });
}

async function listOf(tenant: Tenant, cluster: Cluster): Promise<Sighting[]> {
  const found: Sighting[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor !== null && { cursor }) });
    const { text } = await get(`?${query}`, tenant, cluster);
    const page: z.infer<typeof pageSchema> = pageSchema.parse(JSON.parse(text));
    for (const { id, output } of page.stylizations) {
      found.push({ name: nameOf(tenant, id), width: output?.width });
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

/** The names of the jobs whose paintings lie in the bucket, once for each painting. */
async function paintingsIn({ bucket }: Cluster): Promise<string[]> {
  const store = s3Store({ bucket, prefix: '', region: REGION, endpoint: s3Endpoint });
  const found: string[] = [];
  for await (const { key } of store.entries('')) {
    const [, tenant, id] = /^tenants\/jobs\/([^/]+)\/([^/]+)\/output\./.exec(key) ?? [];
    if (tenant !== undefined && id !== undefined) found.push(nameOf({ name: tenant }, id));
  }
  return found;
}

interface Look extends Sighting {
  readonly tenant: Tenant;
  readonly attempts: number;
  readonly waitMs: number;
  /** That its events tell of. */
  readonly ends: number;
  /** To somebody else, by any of its addresses. */
  readonly isShown: boolean;
}

async function look(
  { tenant, id }: Wish,
  tenants: readonly Tenant[],
  cluster: Cluster,
): Promise<Look> {
  const job = jobSchema.parse(JSON.parse((await get(`/${id}`, tenant, cluster)).text));
  const { text: events } = await get(`/${id}/events`, tenant, cluster);
  const hasSucceeded = job.status === 'succeeded';
  return {
    tenant,
    name: nameOf(tenant, id),
    width: job.output?.width,
    attempts: job.attempts,
    waitMs: job.started_at.getTime() - job.created_at.getTime(),
    ends: hasSucceeded ? (events.match(END)?.length ?? 0) : 0,
    isShown: id.endsWith(tenant.name) && (await isShownToAnother(id, tenant, tenants, cluster)),
  };
}

async function isShownToAnother(
  id: string,
  owner: Tenant,
  tenants: readonly Tenant[],
  cluster: Cluster,
): Promise<boolean> {
  const another = tenants[(tenants.indexOf(owner) + 1) % tenants.length] ?? owner;
  const answers = await Promise.all(
    ['', '/output', '/events', '/deliveries'].map((part) => get(`/${id}${part}`, another, cluster)),
  );
  return answers.some(({ status }) => status !== 404);
}

function get(path: string, { key }: Tenant, cluster: Cluster) {
  const headers = bearer(key);
  return persistently(cluster, STYLIZATIONS + path, { headers, redirect: 'manual' });
}

function waitsOf(looks: readonly Look[]): Map<string, number[]> {
  const waits = new Map<string, number[]>();
  for (const { tenant, waitMs } of looks) {
    waits.set(tenant.name, [...(waits.get(tenant.name) ?? []), waitMs]);
  }
  return waits;
}
