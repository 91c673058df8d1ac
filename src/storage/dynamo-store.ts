/**
 * Records as items of a DynamoDB table with the keys `pk` and `sk`, both strings. Conditions of writes are DynamoDB's,
 * reads are consistent, and what is over is removed by it, by the attribute `expires`; until then it is not there.
 */

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { traceClient } from '../telemetry/traced-client.ts';
import {
  ABSENT,
  type BlobEntry,
  type RecordStore,
  type StoredBlob,
  UNCHANGED,
  VersionConflictError,
  type WriteOptions,
} from './blob-store.ts';
import {
  PARTITIONS,
  partitionOf,
  partitionsRange,
  type Range,
  rangeOf,
  tableKeyOf,
} from './table-keys.ts';

export interface TableOptions {
  readonly table: string;
  readonly region: string;
  /** Another server than Amazon's. */
  readonly endpoint?: string | undefined;
  /** How long what is written under a key is kept; for ever where undefined. */
  readonly lifetimeSecondsOf: (key: string) => number | undefined;
}

/** An item may have 400 KB, with the names and values of all attributes. */
const MAX_RECORD_BYTES = 400 * 1024 - 4096;

/** A partition's name is kept again after so long, by every process that writes there. */
const NAMED_FOR_SECONDS = 86_400;

/** Partitions that a process remembers to have named; it may name one again. */
const MAX_NAMED = 10_000;

/** Deletions at the same time. */
const MAX_DELETIONS = 25;

/** Names of attributes, some of which are words of DynamoDB's own. */
const NAMES = { '#expires': 'expires', '#version': 'version' };
const IS_OVER = '#expires <= :now';
const IS_NOT_OVER = '(attribute_not_exists(#expires) OR #expires > :now)';

type Item = Readonly<Record<string, AttributeValue>>;

/** Credentials are found as the AWS SDK finds them: environment, profile, role. */
export function dynamoStore(options: TableOptions): RecordStore {
  const { table: TableName, region, endpoint, lifetimeSecondsOf } = options;
  const client = traceClient(new DynamoDBClient({ region, ...(endpoint && { endpoint }) }));
  const keyOf = (key: string) => {
    const { pk, sk } = tableKeyOf(key);
    return { pk: { S: pk }, sk: { S: sk } };
  };

  const read = async (key: string): Promise<StoredBlob | undefined> => {
    const request = { TableName, Key: keyOf(key), ConsistentRead: true };
    const { Item } = await client.send(new GetItemCommand(request));
    if (Item === undefined || isOver(Item)) return undefined;
    return { bytes: new Uint8Array(Item['body']?.B ?? []), version: versionOf(Item) };
  };

  /** When each partition was named by this process, in seconds. */
  const named = new Map<string, number>();
  /** What lies in a partition without a name is not found where several are looked through. */
  const name = async (partition: string): Promise<void> => {
    const now = nowSeconds();
    if (now - (named.get(partition) ?? 0) < NAMED_FOR_SECONDS) return;
    const lifetime = lifetimeSecondsOf(partition);
    const Item = {
      pk: { S: PARTITIONS },
      sk: { S: partition },
      ...(lifetime && expiry(now + NAMED_FOR_SECONDS + lifetime)),
    };
    await client.send(new PutItemCommand({ TableName, Item }));
    if (named.size >= MAX_NAMED) named.clear();
    named.set(partition, now);
  };

  /** What lies in the range and is not over, with these attributes. */
  async function* itemsIn(
    range: Range | undefined,
    attributes: string,
    limit?: number,
  ): AsyncGenerator<Item> {
    if (range === undefined) return;
    const query = {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      FilterExpression: IS_NOT_OVER,
      ProjectionExpression: attributes,
      ExpressionAttributeNames: namesIn(IS_NOT_OVER),
      ExpressionAttributeValues: {
        ':pk': { S: range.pk },
        ':from': { S: range.from },
        ':to': { S: range.to },
        ...now(),
      },
      ...(limit && { Limit: limit }),
    };
    for await (const { Items = [] } of paginateQuery({ client }, query)) yield* Items;
  }

  async function* partitionsOf(prefix: string, after: string): AsyncGenerator<string> {
    const only = partitionOf(prefix);
    if (only !== undefined) return yield only;
    const range = partitionsRange(prefix, after);
    for await (const { sk } of itemsIn(range, 'sk', MAX_NAMES_READ)) yield sk?.S ?? '';
  }

  async function* entriesAfter(
    prefix: string,
    after: string,
    limit?: number,
  ): AsyncGenerator<BlobEntry> {
    for await (const partition of partitionsOf(prefix, after)) {
      const range = rangeOf(partition, prefix, after);
      for await (const item of itemsIn(range, 'sk, bytes, writtenMs', limit)) {
        const [bytes, writtenMs] = [item['bytes']?.N, item['writtenMs']?.N].map(Number);
        yield { key: partition + item['sk']?.S, bytes: bytes ?? 0, writtenMs: writtenMs ?? 0 };
      }
    }
  }

  return {
    read,
    async readChanged(key, version) {
      const found = await read(key);
      return found?.version === version ? UNCHANGED : found;
    },
    async write(key, bytes, { expected } = {}) {
      if (bytes.byteLength > MAX_RECORD_BYTES) throw new RecordTooLargeError(key, bytes);
      const { pk, sk } = keyOf(key);
      await name(pk.S);
      const version = crypto.randomUUID();
      const lifetime = lifetimeSecondsOf(key);
      const Item = {
        pk,
        sk,
        version: { S: version },
        body: { B: bytes },
        bytes: { N: String(bytes.byteLength) },
        writtenMs: { N: String(Date.now()) },
        ...(lifetime && expiry(nowSeconds() + lifetime)),
      };
      try {
        await client.send(new PutItemCommand({ TableName, Item, ...conditionOf(expected) }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Sent again after an answer that was lost, it may have found itself.
        const isRepeated = (error.$metadata.attempts ?? 1) > 1;
        if (isRepeated && (await read(key))?.version === version) return version;
        throw new VersionConflictError(key);
      }
      return version;
    },
    async delete(keys) {
      for (let i = 0; i < keys.length; i += MAX_DELETIONS) {
        const some = keys.slice(i, i + MAX_DELETIONS).map(keyOf);
        await Promise.all(
          some.map((Key) => client.send(new DeleteItemCommand({ TableName, Key }))),
        );
      }
    },
    async list(prefix, { after = '', limit }) {
      const keys: string[] = [];
      if (limit < 1) return keys;
      for await (const { key } of entriesAfter(prefix, after, limit)) {
        keys.push(key);
        if (keys.length >= limit) break;
      }
      return keys;
    },
    entries: (prefix) => entriesAfter(prefix, ''),
  };
}

/** What DynamoDB cannot keep. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';

  constructor(key: string, { byteLength }: Uint8Array) {
    const expected = `Expected a record of at most ${MAX_RECORD_BYTES} bytes, which is what an item`;
    super(`${expected} of DynamoDB can hold, got ${byteLength} for ${key}.`);
  }
}

/** Most are looked through for the first of them that has something. */
const MAX_NAMES_READ = 100;

function conditionOf(expected: WriteOptions['expected']) {
  if (expected === undefined) return {};
  const condition =
    expected === ABSENT
      ? `attribute_not_exists(pk) OR ${IS_OVER}`
      : `#version = :expected AND ${IS_NOT_OVER}`;
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames: namesIn(condition),
    ExpressionAttributeValues: {
      ...now(),
      ...(expected !== ABSENT && { ':expected': { S: expected } }),
    },
  };
}

/** DynamoDB refuses names that no expression has. */
function namesIn(expression: string): Record<string, string> {
  return Object.fromEntries(Object.entries(NAMES).filter(([name]) => expression.includes(name)));
}

function now() {
  return { ':now': { N: String(nowSeconds()) } };
}

function expiry(atSeconds: number) {
  return { expires: { N: String(atSeconds) } };
}

function isOver({ expires }: Item): boolean {
  return expires !== undefined && Number(expires.N) <= nowSeconds();
}

function versionOf({ version }: Item): string {
  return version?.S ?? '';
}

/** As TTL counts: since 1970. */
function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
