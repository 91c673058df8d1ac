/**
 * Pixels that were painted for a tenant today (UTC), counted by all processes together: each adds what it has painted to
 * a record in the tenant's store, at once after a pause, and together where there is much.
 */

import { z } from 'zod';
import { after } from '../concurrency/timers.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { type DamageReport, fromJson, readRecord, updateRecord } from '../storage/records.ts';

export interface Usage {
  /** What is known of all processes is a few seconds old at most. */
  pixelsOf(tenant: string): Promise<number>;
  /** A count that cannot be kept is told of, and kept with the next one. */
  add(tenant: string, pixels: number): Promise<void>;
  /** Keeps what has been counted. */
  close(): Promise<void>;
}

export interface UsageParts {
  readonly blobsOf: (tenant: string) => BlobStore;
  readonly report: DamageReport;
  readonly onError: (error: unknown) => void;
  readonly now?: () => Date;
}

/** Between two looks at a record, or two changes of it. */
const MAX_AGE_MS = 5000;

const parse = fromJson(z.object({ pixels: z.number() }));

/** What is written down can be read again. */
const MAX_ACCOUNTS = 10_000;

/** What this process knows of a tenant's day. */
interface Account {
  readonly day: string;
  /** As it was written down when this process last looked. */
  written: number;
  lookedMs: number;
  /** Painted here, and not written down. */
  pending: number;
  /** Of writing it down, where that is to come. */
  cancel: (() => void) | undefined;
}

export function createUsage({
  blobsOf,
  report,
  onError,
  now = () => new Date(),
}: UsageParts): Usage {
  const accounts = new Map<string, Account>();

  const accountOf = (tenant: string): Account => {
    const day = dayOf(now());
    const kept = accounts.get(tenant);
    if (kept?.day === day) return kept;
    if (accounts.size >= MAX_ACCOUNTS) forgetWritten(accounts);
    const account: Account = {
      day,
      written: 0,
      lookedMs: Number.NEGATIVE_INFINITY,
      pending: 0,
      cancel: undefined,
    };
    accounts.set(tenant, account);
    return account;
  };

  const isOld = ({ lookedMs }: Account): boolean => now().getTime() - lookedMs >= MAX_AGE_MS;

  const look = async (tenant: string, account: Account): Promise<void> => {
    account.lookedMs = now().getTime();
    try {
      const found = await readRecord(blobsOf(tenant), keyOf(account.day), parse, report);
      account.written = found?.record.pixels ?? 0;
    } catch (error) {
      onError(error);
    }
  };

  const writeDown = async (tenant: string, account: Account): Promise<void> => {
    const { pending } = account;
    account.cancel?.();
    account.cancel = undefined;
    account.pending = 0;
    account.lookedMs = now().getTime();
    try {
      const { after } = await updateRecord(
        blobsOf(tenant),
        keyOf(account.day),
        parse,
        report,
        (before) => ({ pixels: (before?.pixels ?? 0) + pending }),
      );
      account.written = after?.pixels ?? account.written;
    } catch (error) {
      account.pending += pending;
      onError(error);
    }
  };

  return {
    async pixelsOf(tenant) {
      const account = accountOf(tenant);
      if (isOld(account)) {
        await (account.pending > 0 ? writeDown(tenant, account) : look(tenant, account));
      }
      return account.written + account.pending;
    },
    async add(tenant, pixels) {
      const account = accountOf(tenant);
      account.pending += pixels;
      if (isOld(account)) await writeDown(tenant, account);
      else account.cancel ??= after(MAX_AGE_MS, () => void writeDown(tenant, account));
    },
    async close() {
      const unwritten = [...accounts].filter(([, { pending }]) => pending > 0);
      await Promise.all(unwritten.map(([tenant, account]) => writeDown(tenant, account)));
    },
  };
}

function forgetWritten(accounts: Map<string, Account>): void {
  for (const [tenant, { pending }] of accounts) if (pending === 0) accounts.delete(tenant);
}

export function secondsLeftOfDay(now: Date): number {
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return Math.ceil((end - now.getTime()) / 1000);
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

function keyOf(day: string): string {
  return `usage/${day}.json`;
}
