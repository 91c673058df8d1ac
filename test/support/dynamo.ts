/** A server that speaks the protocol of Amazon DynamoDB, in this process. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

export interface DynamoServer {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** The name of a new table, with the keys that deploy/aws/resources.yml has. */
  createTable(): Promise<string>;
  deleteTable(name: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startDynamo(): Promise<DynamoServer> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint });
  return {
    endpoint,
    client,
    async createTable() {
      const TableName = `records-${crypto.randomUUID()}`;
      const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk'].map(attribute),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
      return TableName;
    },
    async deleteTable(TableName) {
      await client.send(new DeleteTableCommand({ TableName }));
    },
    async stop() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
