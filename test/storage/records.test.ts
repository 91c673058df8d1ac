/** New records: of several writers one succeeds, and the others learn what is there. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fileStore } from '../../src/storage/file-store.ts';
import { createRecord, fromJson, readRecord } from '../../src/storage/records.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { temporary } from '../support/temporary.ts';

const KEY = 'jobs/a/job.json';
const parse = fromJson(z.object({ n: z.number() }));

function open() {
  const blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  const told: string[] = [];
  const report = (key: string) => void told.push(key);
  const create = (n: number, prepare?: () => Promise<void>) =>
    createRecord(blobs, KEY, { n }, parse, report, prepare);
  return { blobs, told, report, create };
}

describe('a new record', () => {
  test('is the one of the first writer, also for the others', async () => {
    const { blobs, report, create } = open();
    const outcomes = await Promise.all([1, 2, 3].map((n) => create(n)));
    const created = outcomes.filter((outcome) => outcome.created);
    expect(created).toHaveLength(1);
    const kept = (await readRecord(blobs, KEY, parse, report))?.record;
    expect(outcomes.map(({ record }) => record)).toEqual([kept, kept, kept]);
    expect(created[0]?.record).toEqual(kept);
  });

  test('takes the place of a damaged one, and is prepared for again', async () => {
    const { blobs, told, create } = open();
    await blobs.write(KEY, new TextEncoder().encode('{"n":'));
    let prepared = 0;
    const prepare = async () => {
      prepared += 1;
    };
    expect(await create(1, prepare)).toEqual({ record: { n: 1 }, created: true });
    expect([told, prepared]).toEqual([[KEY], 2]);
  });

  test('is not written before what it needs is there', async () => {
    const { blobs, create } = open();
    const failing = create(1, () => Promise.reject(new Error('no room')));
    await expect(failing).rejects.toThrow('no room');
    expect(await blobs.read(KEY)).toBeUndefined();
  });
});
