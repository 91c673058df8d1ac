/** Requests to stores by their kind, as they are paid for. */

import type { Exchange } from '../support/proxy.ts';

export interface Count {
  readonly reads: number;
  /** With copies. */
  readonly writes: number;
  readonly lists: number;
  readonly deletes: number;
  /** Of DynamoDB: 4 KB of what is read, consistently; 1 KB of what is written or deleted. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export const NOTHING: Count = {
  reads: 0,
  writes: 0,
  lists: 0,
  deletes: 0,
  readUnits: 0,
  writeUnits: 0,
};

/** One request to S3. */
export function bucketRequest({ method, path }: Exchange): Count {
  if (method === 'PUT') return { ...NOTHING, writes: 1 };
  if (method === 'POST' && /[?&]delete\b/.test(path)) return { ...NOTHING, deletes: 1 };
  if (method === 'DELETE') return { ...NOTHING, deletes: 1 };
  return /[?&]list-type=2/.test(path) ? { ...NOTHING, lists: 1 } : { ...NOTHING, reads: 1 };
}

type Item = Readonly<Record<string, Readonly<Record<string, string>>>>;

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** One request to DynamoDB: what items are read or deleted with, it knows from when they were written. */
export function createTableMeter(): (exchange: Exchange) => Count {
  const sizes = new Map<string, number>();
  const nameOf = (key: Item) => `${key['pk']?.['S']} ${key['sk']?.['S']}`;
  const sizeOf = (key: Item) => sizes.get(nameOf(key)) ?? 0;
  return ({ headers, body, answer }) => {
    const action = String(headers['x-amz-target']).split('.')[1];
    const asked = JSON.parse(body.toString());
    if (action === 'PutItem') {
      const bytes = itemBytes(asked.Item);
      sizes.set(nameOf(asked.Item), bytes);
      return { ...NOTHING, writes: 1, writeUnits: units(bytes, WRITE_UNIT_BYTES) };
    }
    if (action === 'DeleteItem') {
      const writeUnits = units(sizeOf(asked.Key), WRITE_UNIT_BYTES);
      return { ...NOTHING, deletes: 1, writeUnits };
    }
    if (action === 'GetItem') {
      return { ...NOTHING, reads: 1, readUnits: units(sizeOf(asked.Key), READ_UNIT_BYTES) };
    }
    const partition = asked.ExpressionAttributeValues[':pk'];
    const { Items = [] } = JSON.parse(answer.toString()) as { Items?: Item[] };
    const bytes = Items.reduce((total, item) => total + sizeOf({ ...item, pk: partition }), 0);
    return { ...NOTHING, lists: 1, readUnits: units(bytes, READ_UNIT_BYTES) };
  };
}

function units(bytes: number, unitBytes: number): number {
  return Math.max(1, Math.ceil(bytes / unitBytes));
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function itemBytes(item: Item): number {
  return Object.entries(item).reduce((total, [name, value]) => {
    const [type = '', text = ''] = Object.entries(value)[0] ?? [];
    const bytes = { B: Math.floor((text.length * 3) / 4), N: Math.ceil(text.length / 2) + 1 }[type];
    return total + name.length + (bytes ?? Buffer.byteLength(text));
  }, 0);
}
