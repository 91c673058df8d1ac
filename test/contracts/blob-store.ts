/** What every blob store must do, whatever it keeps bytes in. */

import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  type BlobEntry,
  type BlobStore,
  type RecordStore,
  UNCHANGED,
  VersionConflictError,
} from '../../src/storage/blob-store.ts';

const text = (content: string) => new TextEncoder().encode(content);

async function entriesOf(store: RecordStore, prefix: string): Promise<BlobEntry[]> {
  const entries: BlobEntry[] = [];
  for await (const entry of store.entries(prefix)) entries.push(entry);
  return entries;
}

export interface ServedStore {
  readonly store: BlobStore;
  /** Where URLs of a store that signs them itself lead. */
  readonly origin: string;
}

const newFolder = () => `probes/t-${crypto.randomUUID()}`;

export function blobStoreContract(open: () => Promise<ServedStore>): void {
  const fresh = async () => ({ ...(await open()), folder: newFolder() });

  recordStoreContract(async () => (await open()).store);

  describe('signed URLs', () => {
    test('anyone may download with one, for a while', async () => {
      const { store, origin, folder } = await fresh();
      const key = `${folder}/picture.png`;
      await store.write(key, text('a picture'), { mediaType: 'image/png' });
      const url = await store.downloadUrl(key, { origin, ttlSeconds: 60 });
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('image/png');
      expect(await answer.text()).toBe('a picture');
      const other = url.replace('picture.png', 'picture.jpg');
      expect((await fetch(other)).status).toBe(403);
      expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
      const short = await store.downloadUrl(key, { origin, ttlSeconds: 1 });
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect((await fetch(short)).status).toBe(403);
    });

    test('an upload is of the size and type that were agreed on', async () => {
      const { store, origin, folder } = await fresh();
      const key = `${folder}/upload`;
      const { put } = await store.upload(key, {
        origin,
        ttlSeconds: 60,
        mediaType: 'image/jpeg',
        bytes: 5,
      });
      const send = (body: string, headers: Record<string, string> = put.headers) =>
        fetch(put.url, { method: 'PUT', headers, body });
      expect((await send('much too long')).status).toBe(403);
      expect((await send('12345', { 'content-type': 'image/png' })).status).toBe(403);
      expect(await store.read(key)).toBeUndefined();
      expect((await send('12345')).status).toBe(200);
      expect((await store.read(key))?.bytes).toEqual(text('12345'));
    });
  });
}

/** What records need of it. */
export function recordStoreContract(open: () => Promise<RecordStore>): void {
  const fresh = async () => ({ store: await open(), folder: newFolder() });

  describe('reading and writing', () => {
    test('what was written is read, until it is deleted', async () => {
      const { store, folder } = await fresh();
      const key = `${folder}/some.name-1`;
      expect(await store.read(key)).toBeUndefined();
      const version = await store.write(key, text('one'));
      expect(await store.read(key)).toEqual({ bytes: text('one'), version });
      await store.write(key, text('two'));
      expect((await store.read(key))?.bytes).toEqual(text('two'));
      await store.delete([key, `${folder}/never-there`]);
      expect(await store.read(key)).toBeUndefined();
    });

    test('what has not changed is not read again', async () => {
      const { store, folder } = await fresh();
      const key = `${folder}/changing`;
      expect(await store.readChanged(key, '1')).toBeUndefined();
      const version = await store.write(key, text('one'));
      expect(await store.readChanged(key, version)).toBe(UNCHANGED);
      const next = await store.write(key, text('two'));
      expect(await store.readChanged(key, version)).toEqual({ bytes: text('two'), version: next });
    });

    test('bytes stay what they are, none and many', async () => {
      const { store, folder } = await fresh();
      const many = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 256);
      await store.write(`${folder}/many`, many, { mediaType: 'image/png' });
      await store.write(`${folder}/none`, new Uint8Array());
      expect((await store.read(`${folder}/many`))?.bytes).toEqual(many);
      expect((await store.read(`${folder}/none`))?.bytes.byteLength).toBe(0);
    });
  });

  describe('conditional writes', () => {
    test('a key is created once', async () => {
      const { store, folder } = await fresh();
      const key = `${folder}/once`;
      await store.write(key, text('first'), { expected: ABSENT });
      const second = store.write(key, text('second'), { expected: ABSENT });
      await expect(second).rejects.toThrow(VersionConflictError);
      expect((await store.read(key))?.bytes).toEqual(text('first'));
    });

    test('a version that is no longer there is not written over', async () => {
      const { store, folder } = await fresh();
      const key = `${folder}/changing`;
      const first = await store.write(key, text('1'));
      const second = await store.write(key, text('2'), { expected: first });
      expect(second).not.toBe(first);
      const late = store.write(key, text('3'), { expected: first });
      await expect(late).rejects.toThrow(VersionConflictError);
      expect((await store.read(key))?.bytes).toEqual(text('2'));
    });

    test('a key that was deleted is not written again', async () => {
      const { store, folder } = await fresh();
      const key = `${folder}/gone`;
      const version = await store.write(key, text('1'));
      await store.delete([key]);
      const late = store.write(key, text('2'), { expected: version });
      await expect(late).rejects.toThrow(VersionConflictError);
      expect(await store.read(key)).toBeUndefined();
    });

    test('of twenty writers at once, one creates and every change counts', async () => {
      const { store, folder } = await fresh();
      const key = `${folder}/counter`;
      const creations = await Promise.allSettled(
        Array.from({ length: 20 }, () => store.write(key, text('0'), { expected: ABSENT })),
      );
      expect(creations.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const increment = async (): Promise<void> => {
        const { bytes, version } = (await store.read(key))!;
        const next = text(String(Number(new TextDecoder().decode(bytes)) + 1));
        await store.write(key, next, { expected: version }).catch((error: unknown) => {
          if (error instanceof VersionConflictError) return increment();
          throw error;
        });
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(new TextDecoder().decode((await store.read(key))?.bytes)).toBe('20');
    });
  });

  test('lists keys by prefix, in order, page by page', async () => {
    const { store, folder } = await fresh();
    for (const name of ['b', 'a/2', 'a/1', 'ab'])
      await store.write(`${folder}/${name}`, text(name));
    const list = (prefix: string, after?: string) =>
      store.list(`${folder}/${prefix}`, {
        limit: 2,
        ...(after && { after: `${folder}/${after}` }),
      });
    expect(await list('')).toEqual(['a/1', 'a/2'].map((name) => `${folder}/${name}`));
    expect(await list('', 'a/2')).toEqual(['ab', 'b'].map((name) => `${folder}/${name}`));
    expect(await list('a/')).toEqual(['a/1', 'a/2'].map((name) => `${folder}/${name}`));
    expect(await list('nothing')).toEqual([]);
  });

  test('tells the size and the time of every blob below a prefix', async () => {
    const { store, folder } = await fresh();
    const begunMs = Date.now();
    for (const name of ['a/1', 'a/2', 'b']) await store.write(`${folder}/${name}`, text(name));
    await store.write(`${folder}/a/2`, text('longer'));
    const entries = await entriesOf(store, `${folder}/a/`);
    expect(entries.map(({ key, bytes }) => [key, bytes])).toEqual([
      [`${folder}/a/1`, 3],
      [`${folder}/a/2`, 6],
    ]);
    // Clocks of stores count in seconds, and not all of them alike.
    for (const { writtenMs } of entries) expect(writtenMs).toBeGreaterThan(begunMs - 60_000);
    expect(await entriesOf(store, `${folder}/nothing`)).toEqual([]);
  });
}
