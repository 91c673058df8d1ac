/** A store of two places: one like any other, whatever lies where. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobStore, RecordStore } from '../../src/storage/blob-store.ts';
import { dynamoStore } from '../../src/storage/dynamo-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import * as recordKeys from '../../src/storage/record-keys.ts';
import { splitStore } from '../../src/storage/split-store.ts';
import { tenantStore } from '../../src/storage/tenant-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { blobStoreContract } from '../contracts/blob-store.ts';
import { type DynamoServer, startDynamo } from '../support/dynamo.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const signer = urlSigner(new TextEncoder().encode('a secret of this test'));
const bytes = Uint8Array.of(1);

let dynamo: DynamoServer;
let records: RecordStore;
beforeAll(async () => {
  dynamo = await startDynamo();
  records = dynamoStore({
    table: await dynamo.createTable(),
    region: 'us-east-1',
    endpoint: dynamo.endpoint,
    lifetimeSecondsOf: () => undefined,
  });
});
afterAll(() => dynamo.stop());

describe('files and a table, with keys of one folder in both', () => {
  const root = temporary();
  const server = useServer({ DATA_DIR: root, SIGNING_SECRET: 'a secret of this test' });
  const shares = {
    isRecord: (key: string) => /(?:[12]|once|changing|gone|counter|ab)$/.test(key),
    mayHoldRecords: () => true,
    mayHoldFiles: () => true,
  };

  blobStoreContract(async () => ({
    store: splitStore(fileStore(root, signer), records, shares),
    origin: server.url(),
  }));
});

describe('what the service keeps', () => {
  const files = fileStore(temporary(), signer);
  const open = (tenant?: string): BlobStore =>
    tenantStore(splitStore(files, records, recordKeys), tenant);
  const keyIn = (tenant: string | undefined, key: string) =>
    tenant ? key.replace('/', `/${tenant}/`).replace(/^/, 'tenants/') : key;

  const KEYS = {
    'access/keys.json': 'files',
    'answers/a.png': 'files',
    'batch-expiry/1/2/3_a': 'records',
    'batches/a/batch.json': 'records',
    'batches/a/delivery.json': 'records',
    'damaged/jobs/a/job.json': 'records',
    'expiry/1/2/3_a': 'records',
    'index/1/2/3_a': 'records',
    'jobs/a/deliveries/0001.json': 'records',
    'jobs/a/input-abc': 'files',
    'jobs/a/job.json': 'records',
    'jobs/a/output.png': 'files',
    'jobs/a/parts/plan': 'files',
    'jobs/a/preview.jpg': 'files',
    'jobs/job.json/input-1': 'files',
    'queues/jobs/1-2-3': 'records',
    'results/abc': 'files',
    'uploads/a': 'files',
    'usage/2030-01-01.json': 'records',
  };

  test.each([undefined, 'shop'])('lies where it belongs, and is found there, of %s', async (of) => {
    const store = open(of);
    for (const key of Object.keys(KEYS)) await store.write(key, bytes);
    for (const [key, place] of Object.entries(KEYS)) {
      const lies = {
        files: (await files.read(keyIn(of, key))) !== undefined,
        records: (await records.read(keyIn(of, key))) !== undefined,
      };
      expect([key, lies]).toEqual([
        key,
        { files: place === 'files', records: place === 'records' },
      ]);
      // By every prefix of it that is a folder, or the beginning of a name.
      for (let end = key.indexOf('/') + 1; end <= key.length; end += 1) {
        const prefix = key.slice(0, end);
        const expected = Object.keys(KEYS).filter((other) => other.startsWith(prefix));
        expect([prefix, await store.list(prefix, { limit: 99 })]).toEqual([prefix, expected]);
      }
    }
    await store.delete(Object.keys(KEYS));
    for (const key of Object.keys(KEYS)) expect(await store.read(key)).toBeUndefined();
  });

  test('lists are asked for where something may lie, and nowhere else', async () => {
    const asked: string[] = [];
    const told = (name: string, place: BlobStore | RecordStore) => ({
      ...place,
      list: async () => {
        asked.push(name);
        return [];
      },
    });
    const store = splitStore(
      told('files', files) as BlobStore,
      told('records', records),
      recordKeys,
    );
    const placesOf = async (prefix: string) => {
      asked.length = 0;
      await store.list(prefix, { limit: 1 });
      return asked.toSorted().join();
    };
    expect(await placesOf('index/')).toBe('records');
    expect(await placesOf('tenants/expiry/')).toBe('records');
    expect(await placesOf('tenants/jobs/shop/a/deliveries/')).toBe('records');
    expect(await placesOf('tenants/jobs/shop/a/')).toBe('files,records');
    expect(await placesOf('jobs/a/preview.jpg')).toBe('files');
    expect(await placesOf('results/')).toBe('files');
    // Readiness asks for it: both have to answer.
    expect(await placesOf('probes/')).toBe('files,records');
  });
});
