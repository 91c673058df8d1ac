/** Deliveries as they are kept: however many messages ask for one, one at a time attempts it. */

import { describe, expect, test } from 'vitest';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import {
  type Attempt,
  type Claimed,
  type Delivery,
  deliveryLog,
} from '../../src/webhooks/delivery-log.ts';
import { temporary } from '../support/temporary.ts';

const KEY = 'jobs/a/deliveries/0001.json';
const CLAIM_MS = 1000;
const first: Delivery = { id: 'a.1', event: 1, type: 'told', status: 'pending', attempts: [] };
const refused: Attempt = {
  at: new Date(0).toISOString(),
  status: 503,
  error: 'No.',
  durationMs: 1,
};

function open() {
  const clock = { ms: 0 };
  const blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  const log = deliveryLog(blobs, () => new Date(clock.ms));
  const claim = () => log.claim(KEY, first, CLAIM_MS);
  return { clock, log, claim };
}

function taken(claimed: Claimed): string {
  if (claimed === 'over' || !('claim' in claimed)) throw new Error('Expected a claim.');
  return claimed.claim;
}

describe('a delivery', () => {
  test('is claimed by one of those who want to attempt it', async () => {
    const { claim } = open();
    const claims = await Promise.all(Array.from({ length: 5 }, claim));
    const until = new Date(CLAIM_MS);
    expect(claims.filter((claimed) => claimed !== 'over' && 'claim' in claimed)).toHaveLength(1);
    expect(claims.filter((claimed) => claimed !== 'over' && 'until' in claimed)).toEqual(
      Array(4).fill({ until }),
    );
  });

  test('is free again after its claim ran out, an attempt, or a release', async () => {
    const { clock, log, claim } = open();
    await claim();
    clock.ms = CLAIM_MS;
    const second = taken(await claim());
    expect(await log.note(KEY, second, refused, () => 'pending')).toMatchObject({
      attempts: [refused],
      status: 'pending',
    });
    const third = taken(await claim());
    await log.release(KEY, third);
    expect(taken(await claim())).not.toBe(third);
  });

  test('is over when it has arrived', async () => {
    const { log, claim } = open();
    await log.note(KEY, taken(await claim()), refused, () => 'delivered');
    expect(await claim()).toBe('over');
  });

  test('is given up only where nobody attempts it', async () => {
    const { log, claim } = open();
    const present = taken(await claim());
    await log.abandon(KEY);
    expect(await log.read(KEY)).toMatchObject({ status: 'pending' });
    await log.release(KEY, present);
    await log.abandon(KEY);
    expect(await claim()).toBe('over');
    await log.reopen(KEY, first);
    taken(await claim());
  });

  test('whose claim was lost keeps the attempt, and leaves the rest to who has it now', async () => {
    const { log, claim } = open();
    const late = taken(await claim());
    await log.reopen(KEY, first);
    const present = taken(await claim());
    expect(await log.note(KEY, late, refused, () => 'abandoned')).toBeUndefined();
    expect(await log.read(KEY)).toEqual({ ...first, attempts: [refused] });
    await log.release(KEY, late);
    expect(await claim()).toHaveProperty('until');
    expect(await log.note(KEY, present, refused, () => 'delivered')).toMatchObject({
      status: 'delivered',
    });
  });
});
