/** Many tenants ask a cluster for paintings, one of them for very many, while its servers are killed. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { bearer } from './keys.ts';
import { jpeg } from './pictures.ts';
import type { Receiver } from './receiver.ts';

export interface Tenant {
  readonly name: string;
  readonly key: string;
  readonly jobs: number;
}

export interface Wish {
  readonly tenant: Tenant;
  readonly id: string;
  /** Of the picture: each tenant has another one, so that a painting tells whose it is. */
  readonly width: number;
}

export interface Load {
  readonly wishes: readonly Wish[];
  readonly kills: number;
  /** Requests under way at the same time of the first tenant, and of all others together. */
  readonly callers: number;
}

export const STYLIZATIONS = '/v1/stylizations';

const NARROWEST = 32;
const HEIGHT = 24;
const LOOK_EVERY_MS = 50;
/** Between two attempts at a server that is not there. */
const AGAIN_MS = 50;

/** Every second id of a tenant is one of other tenants, too. */
export function wishesOf(tenants: readonly Tenant[]): Wish[] {
  return tenants.flatMap((tenant, t) =>
    Array.from({ length: tenant.jobs }, (_, i) => ({
      tenant,
      id: i % 2 === 0 ? `job-${i}` : `job-${i}-${tenant.name}`,
      width: NARROWEST + t,
    })),
  );
}

/** Resolves when every job has been told of, and nothing is left in the queues. */
export async function serveTenants(
  { wishes, kills, callers }: Load,
  cluster: Cluster,
  receiver: Receiver,
): Promise<void> {
  const photos = new Map<number, Buffer<ArrayBuffer>>();
  for (const { width } of wishes) {
    if (!photos.has(width)) photos.set(width, Buffer.from(await jpeg(width, HEIGHT)));
  }
  const [first] = wishes;
  const isFirst = ({ tenant }: Wish) => tenant === first?.tenant;
  const submit = (wish: Wish) =>
    accept(wish, `${receiver.url}/${wish.tenant.name}`, photos.get(wish.width), cluster);
  await Promise.all([
    withCallers(callers, wishes.filter(isFirst), submit),
    withCallers(callers, inTurns(wishes.filter((wish) => !isFirst(wish))), submit),
    killAtRandom(kills, wishes.length, cluster, receiver),
  ]);
  while ((await cluster.messages()) > 0) await sleep(LOOK_EVERY_MS);
}

/** One of each tenant, then the next one of each. */
function inTurns(wishes: readonly Wish[]): Wish[] {
  const places = new Map<Tenant, number>();
  const placed = wishes.map((wish) => {
    const place = places.get(wish.tenant) ?? 0;
    places.set(wish.tenant, place + 1);
    return { wish, place };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ wish }) => wish);
}

/** Works on all items, on so many at the same time; results in the order of the items. */
export async function withCallers<T, R>(
  callers: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const next = items.entries();
  const caller = async () => {
    for (const [i, item] of next) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return results;
}

/** As a caller does: the same request again until it is answered. */
async function accept(
  { tenant, id }: Wish,
  webhook: string,
  body: Buffer<ArrayBuffer> | undefined,
  cluster: Cluster,
): Promise<void> {
  const query = new URLSearchParams({ webhook });
  const answer = await persistently(cluster, `${STYLIZATIONS}/${id}?${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg', prefer: 'respond-async', ...bearer(tenant.key) },
    body: body ?? null,
  });
  if (answer.status === 202 || answer.status === 200) return;
  throw new Error(`Expected ${id} to be accepted, got ${answer.status}: ${answer.text}`);
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The answer of any server; others are asked while one is not there. */
export async function persistently(
  cluster: Cluster,
  path: string,
  init: RequestInit,
): Promise<Answer> {
  for (;;) {
    try {
      const answer = await fetch(cluster.url() + path, init);
      const text = await answer.text();
      if (answer.status < 500) return { status: answer.status, text };
    } catch {
      // It was killed.
    }
    await sleep(AGAIN_MS);
  }
}

/** Of the jobs: nobody is killed when there is nothing left to do. */
const LAST_KILL = 0.95;

/** Kills whenever so many jobs have been told of as chance has it; resolves when all have. */
async function killAtRandom(
  kills: number,
  jobs: number,
  cluster: Cluster,
  { received }: Receiver,
): Promise<void> {
  const moment = () => Math.floor(Math.random() * jobs * LAST_KILL);
  const moments = Array.from({ length: kills }, moment).sort((a, b) => a - b);
  const told = new Set<string>();
  let read = 0;
  const until = async (count: number) => {
    while (told.size < count) {
      await sleep(LOOK_EVERY_MS);
      for (; read < received.length; read += 1) told.add(eventOf(received[read]));
    }
  };
  for (const count of moments) {
    await until(count);
    await cluster.kill();
  }
  await until(jobs);
}

/** Ids of events are those of a tenant; its receiver is named after it. */
function eventOf(delivery: Receiver['received'][number] | undefined): string {
  return `${delivery?.path} ${delivery?.headers['webhook-id']}`;
}
