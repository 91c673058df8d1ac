/** Deliveries as they are kept: one at a time attempts each, and every attempt is written down. */

import { z } from 'zod';
import type { BlobStore } from '../storage/blob-store.ts';
import { type DamageReport, fromJson, readRecord, updateRecord } from '../storage/records.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'abandoned'] as const;

const attemptSchema = z.object({
  at: z.string(),
  /** HTTP status of the answer; null where there was none. */
  status: z.int().nullable(),
  error: z.string().nullable(),
  durationMs: z.number(),
});

const deliverySchema = z.object({
  /** What receivers know the event by; the same at every attempt. */
  id: z.string(),
  event: z.int(),
  type: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.array(attemptSchema),
});

/** Who attempts it now, and until when nobody else does. */
const keptSchema = deliverySchema.extend({
  claim: z.object({ id: z.string(), until: z.iso.datetime() }).optional(),
});

export type Delivery = z.infer<typeof deliverySchema>;
export type Attempt = z.infer<typeof attemptSchema>;
type KeptDelivery = z.infer<typeof keptSchema>;

/** What became of the wish to attempt a delivery. */
export type Claimed = { readonly claim: string } | Refusal;

/** Whoever attempts it now has until then. */
type Refusal = { readonly until: Date } | 'over';

export interface DeliveryLog {
  read(key: string): Promise<Delivery | undefined>;
  /** Takes the delivery for so long, unless it is over or somebody else has taken it. */
  claim(key: string, first: Delivery, claimMs: number): Promise<Claimed>;
  /**
   * Writes an attempt down and gives the delivery back. The delivery as it is then; undefined where
   * the claim was lost: whoever has claimed it since decides what comes next.
   */
  note(
    key: string,
    claim: string,
    attempt: Attempt,
    statusAfter: (attempts: readonly Attempt[]) => Delivery['status'],
  ): Promise<Delivery | undefined>;
  /** Gives a delivery back that was not attempted. */
  release(key: string, claim: string): Promise<void>;
  /** Makes it due again, whoever has it: a new attempt need not wait for that one. */
  reopen(key: string, first: Delivery): Promise<void>;
  /** Gives up what is still due and nobody attempts now. */
  abandon(key: string): Promise<void>;
}

export function deliveryLog(
  blobs: BlobStore,
  now: () => Date = () => new Date(),
  report: DamageReport = () => {},
): DeliveryLog {
  const update = async (
    key: string,
    first: Delivery | undefined,
    change: (delivery: KeptDelivery) => KeptDelivery | undefined,
  ): Promise<KeptDelivery | undefined> => {
    const { after } = await updateRecord(blobs, key, parsed, report, (found) => {
      const before = found ?? first;
      return before && change(before);
    });
    return after;
  };

  return {
    async read(key) {
      const found = await readRecord(blobs, key, parsed, report);
      return found && withoutClaim(found.record);
    },
    async claim(key, first, claimMs) {
      const id = crypto.randomUUID();
      let refusal: Refusal | undefined;
      await update(key, first, (delivery) => {
        refusal = refusalOf(delivery, now(), claimMs);
        const until = new Date(now().getTime() + claimMs).toISOString();
        return refusal === undefined ? { ...delivery, claim: { id, until } } : undefined;
      });
      return refusal ?? { claim: id };
    },
    async note(key, claim, attempt, statusAfter) {
      let lost = false;
      const noted = await update(key, undefined, (delivery) => {
        const attempts = [...delivery.attempts, attempt];
        lost = delivery.claim?.id !== claim;
        if (lost) return { ...delivery, attempts };
        return { ...withoutClaim(delivery), attempts, status: statusAfter(attempts) };
      });
      return lost ? undefined : noted;
    },
    async release(key, claim) {
      await update(key, undefined, (delivery) =>
        delivery.claim?.id === claim ? withoutClaim(delivery) : undefined,
      );
    },
    async reopen(key, first) {
      await update(key, first, (delivery) => ({ ...withoutClaim(delivery), status: 'pending' }));
    },
    async abandon(key) {
      await update(key, undefined, (delivery) =>
        refusalOf(delivery, now()) === undefined
          ? { ...withoutClaim(delivery), status: 'abandoned' }
          : undefined,
      );
    },
  };
}

const parsed = fromJson<KeptDelivery>(keptSchema);

/** A claim that lasts longer than claims do is of a clock that has been set back since. */
function refusalOf(
  { status, claim }: KeptDelivery,
  now: Date,
  maxMs = Number.POSITIVE_INFINITY,
): Refusal | undefined {
  if (status !== 'pending') return 'over';
  const until = claim && new Date(claim.until);
  const leftMs = until ? until.getTime() - now.getTime() : 0;
  return until && leftMs > 0 && leftMs <= maxMs ? { until } : undefined;
}

function withoutClaim({ claim: _, ...delivery }: KeptDelivery): Delivery {
  return delivery;
}
