/** Records in a table of a server that speaks DynamoDB's protocol. */

import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ABSENT, type RecordStore, VersionConflictError } from '../../src/storage/blob-store.ts';
import { dynamoStore, RecordTooLargeError } from '../../src/storage/dynamo-store.ts';
import { tenantsWith } from '../../src/storage/tenant-store.ts';
import { recordStoreContract } from '../contracts/blob-store.ts';
import { type DynamoServer, startDynamo } from '../support/dynamo.ts';
import { startProxy } from '../support/proxy.ts';

const LIFETIME_SECONDS = 100;
const bytes = Uint8Array.of(1);

let server: DynamoServer;
let table: string;
beforeAll(async () => {
  server = await startDynamo();
  table = await server.createTable();
});
afterAll(() => server.stop());

const open = (name = table, { endpoint } = server as Pick<DynamoServer, 'endpoint'>): RecordStore =>
  dynamoStore({
    table: name,
    region: 'us-east-1',
    endpoint,
    lifetimeSecondsOf: (key) => (key.includes('kept/') ? undefined : LIFETIME_SECONDS),
  });

describe('the DynamoDB store', () => {
  recordStoreContract(async () => open());

  test('what is over is not there, although it still lies in the table', async () => {
    const store = open();
    const keys = ['over/a', 'over/b', 'kept/a'];
    for (const key of keys) await store.write(key, bytes);
    const version = await store.write('over/b', bytes);
    const late = Date.now() + (LIFETIME_SECONDS + 1) * 1000;
    const clock = vi.spyOn(Date, 'now').mockReturnValue(late);
    try {
      expect(await Promise.all(keys.map((key) => store.read(key).then(Boolean)))).toEqual([
        false,
        false,
        true,
      ]);
      expect(await store.list('over/', { limit: 9 })).toEqual([]);
      const stale = store.write('over/b', bytes, { expected: version });
      await expect(stale).rejects.toThrow(VersionConflictError);
      await store.write('over/a', bytes, { expected: ABSENT });
      expect(await store.list('over/', { limit: 9 })).toEqual(['over/a']);
    } finally {
      clock.mockRestore();
    }
  });

  test('tells DynamoDB when an item is over, and nothing of what stays', async () => {
    const store = open();
    const expiryOf = async (pk: string) => {
      await store.write(`${pk}x`, bytes);
      const Key = { pk: { S: pk }, sk: { S: 'x' } };
      const { Item } = await server.client.send(new GetItemCommand({ TableName: table, Key }));
      return Item?.['expires']?.N;
    };
    const seconds = Number(await expiryOf('jobs/')) - Date.now() / 1000;
    expect(seconds).toBeGreaterThan(LIFETIME_SECONDS - 10);
    expect(seconds).toBeLessThanOrEqual(LIFETIME_SECONDS);
    expect(await expiryOf('kept/')).toBeUndefined();
  });

  test('many keys of several tenants are listed in order, from one partition to the next', async () => {
    const store = open();
    const keys = ['a', 'a-b', 'b'].flatMap((tenant) =>
      ['1', '2', '3'].map((name) => `tenants/listed/${tenant}/${name}`),
    );
    await Promise.all(keys.map((key) => store.write(key, bytes)));
    const sorted = keys.toSorted();
    const found: string[] = [];
    for (let page: string[] | undefined; page === undefined || page.length > 0; ) {
      const after = found.at(-1);
      page = await store.list('tenants/listed/', { limit: 2, ...(after && { after }) });
      found.push(...page);
    }
    expect(found).toEqual(sorted);
    expect(await store.list('tenants/listed/a', { limit: 99 })).toEqual(
      sorted.filter((key) => key.startsWith('tenants/listed/a')),
    );
    const tenants: string[] = [];
    for await (const tenant of tenantsWith(store, 'listed/')) tenants.push(tenant);
    expect(tenants).toEqual(['a-b', 'a', 'b']);
  });

  test('a write whose answer is lost, and that is sent again, is no conflict with itself', async () => {
    let puts = 0;
    const proxy = await startProxy(server.endpoint, ({ body, headers }) => {
      const isWrite = headers['x-amz-target'] === 'DynamoDB_20120810.PutItem';
      const isFirst = isWrite && body.includes('"lost"') && puts === 0;
      puts += isWrite ? 1 : 0;
      return isFirst;
    });
    const store = open(table, proxy);
    await store.write('answers/named', bytes);
    puts = 0;
    const version = await store.write('answers/lost', bytes, { expected: ABSENT });
    expect(puts).toBe(2);
    expect(await store.read('answers/lost')).toEqual({ bytes, version });
    await proxy.stop();
  });

  test('a record that no item can hold is refused by a message that says so', async () => {
    const store = open();
    await store.write('jobs/large', new Uint8Array(400_000));
    const larger = store.write('jobs/larger', new Uint8Array(410_000));
    await expect(larger).rejects.toThrow(RecordTooLargeError);
    await expect(larger).rejects.toThrow(/at most 405504 bytes.* got 410000 for jobs\/larger/);
  });

  test('a table that is not there is an error and not an empty answer', async () => {
    const nowhere = open('no-such-table');
    await expect(nowhere.write('jobs/a', bytes)).rejects.toThrow();
    await expect(nowhere.read('jobs/a')).rejects.toThrow();
    await expect(nowhere.list('jobs/', { limit: 1 })).rejects.toThrow();
  });

  test('what is no key of a record is refused', async () => {
    for (const key of ['x', '', 'jobs/', 'tenants/jobs/x']) {
      await expect(open().read(key)).rejects.toThrow(TypeError);
    }
  });
});
