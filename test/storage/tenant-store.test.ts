/** A tenant's part of the store: a store like any other, in which nothing of others is. */

import { describe, expect, test } from 'vitest';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { retained, retentionOf } from '../../src/storage/retention.ts';
import { tenantStore, tenantsWith } from '../../src/storage/tenant-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { blobStoreContract } from '../contracts/blob-store.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const signer = urlSigner(new TextEncoder().encode('a secret of this test'));
const RETENTION = retentionOf({ outputTtlSeconds: 9, urlTtlSeconds: 9, resultTtlSeconds: 9 });
const bytes = new Uint8Array([1]);

describe('the part of a tenant', () => {
  const root = temporary();
  const server = useServer({ DATA_DIR: root, SIGNING_SECRET: 'a secret of this test' });
  const whole = retained(fileStore(root, signer), RETENTION);

  blobStoreContract(async () => ({ store: tenantStore(whole, 'shop'), origin: server.url() }));
});

describe('parts of one store', () => {
  const parts = () => {
    const whole = retained(fileStore(temporary(), signer), RETENTION);
    const names = [undefined, 'a', 'a-b', 'b'] as const;
    return { whole, stores: names.map((name) => tenantStore(whole, name)) };
  };
  const listed = (store: BlobStore, prefix: string) => store.list(prefix, { limit: 100 });
  const entered = async (store: BlobStore, prefix: string) => {
    const keys: string[] = [];
    for await (const { key } of store.entries(prefix)) keys.push(key);
    return keys;
  };

  test('have keys of their own, whatever they are called', async () => {
    const { stores } = parts();
    for (const [i, store] of stores.entries()) {
      await store.write('jobs/one/job.json', Uint8Array.of(i));
      await store.write(`jobs/own-${i}/job.json`, bytes);
    }
    for (const [i, store] of stores.entries()) {
      const keys = ['jobs/one/job.json', `jobs/own-${i}/job.json`];
      expect((await store.read('jobs/one/job.json'))?.bytes).toEqual(Uint8Array.of(i));
      expect([await listed(store, 'jobs/'), await entered(store, 'jobs/')]).toEqual([keys, keys]);
      expect(await store.list('jobs/', { limit: 9, after: keys[0]! })).toEqual([keys[1]]);
    }
    await stores[1]!.delete(['jobs/one/job.json']);
    await stores[2]!.expire('jobs/', -1000);
    const left = await Promise.all(stores.map((store) => listed(store, 'jobs/')));
    expect(left.map(({ length }) => length)).toEqual([2, 1, 0, 2]);
  });

  test('copy only what is their own', async () => {
    const { stores } = parts();
    await stores[1]!.write('uploads/x', bytes);
    expect(await stores[2]!.copy('uploads/x', 'jobs/x/input')).toBe(false);
    expect(await stores[1]!.copy('uploads/x', 'jobs/x/input')).toBe(true);
  });

  test('cannot be left by the shape of a key', async () => {
    const { stores } = parts();
    await stores[1]!.write('jobs/x', bytes);
    const [nobodys, , other] = stores as [BlobStore, BlobStore, BlobStore];
    await expect(nobodys.read('tenants/jobs/a/x')).rejects.toThrow(TypeError);
    await expect(nobodys.list('tenants/', { limit: 9 })).rejects.toThrow(TypeError);
    for (const key of ['jobs/../a/x', 'tenants/jobs/a/x', 'jobs//x', 'x', '/x']) {
      const found = await other.read(key).catch((error: unknown) => error);
      expect([key, found === undefined || found instanceof TypeError]).toEqual([key, true]);
    }
  });

  test('tell who has something, each once', async () => {
    const { whole, stores } = parts();
    for (const store of stores) {
      for (const id of ['1', '2']) await store.write(`expiry/${id}`, bytes);
    }
    const found: string[] = [];
    for await (const tenant of tenantsWith(whole, 'expiry/')) found.push(tenant);
    expect(found.sort()).toEqual(['a', 'a-b', 'b']);
  });

  test('are kept no longer than what is nobody’s', () => {
    for (const [prefix, seconds] of Object.entries(RETENTION)) {
      if (prefix.startsWith('tenants/') || seconds === undefined) continue;
      expect([prefix, RETENTION[`tenants/${prefix}`]]).toEqual([prefix, seconds]);
    }
  });
});
