/** What is said at start of a table that is not there, or is not what is needed. */

import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { checkTable, openStore } from '../../src/services/store.ts';
import { type DynamoServer, startDynamo } from '../support/dynamo.ts';
import { testConfig } from '../support/server.ts';

let dynamo: DynamoServer;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const configOf = (table: string, endpoint = dynamo.endpoint) =>
  testConfig({ DYNAMODB_TABLE: table, DYNAMODB_ENDPOINT: endpoint });

test('a table that is as needed is fine', async () => {
  const config = configOf(await dynamo.createTable());
  await expect(checkTable(config)).resolves.toBeUndefined();
  const { places } = await openStore(config);
  expect(Object.keys(places)).toEqual(['DYNAMODB_TABLE']);
});

test('one that is not there, or cannot be asked, is named with its server', async () => {
  const missing = checkTable(configOf('no-such-table'));
  await expect(missing).rejects.toThrow(ConfigError);
  await expect(missing).rejects.toThrow(
    `DYNAMODB_TABLE: Expected a table no-such-table at ${dynamo.endpoint}`,
  );
  await expect(checkTable(configOf('some', 'http://127.0.0.1:1'))).rejects.toThrow(ConfigError);
});

test('one with other keys is not taken', async () => {
  await dynamo.client.send(
    new CreateTableCommand({
      TableName: 'others',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  await expect(checkTable(configOf('others'))).rejects.toThrow(/strings pk \(partition\) and sk/);
});

test('what is no name of a table is refused', () => {
  expect(() => testConfig({ DYNAMODB_TABLE: 'a/b' })).toThrow(/DYNAMODB_TABLE: .*got a\/b/);
});
