import { beforeEach, describe, expect, test } from 'vitest';
import { parseStyleMix } from '../../src/network/mix.ts';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { learnedStyles } from '../../src/styles/learned-styles.ts';
import { repertoireOf } from '../../src/styles/repertoire.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { learnedLike } from '../support/learned.ts';
import { temporary } from '../support/temporary.ts';

const shipped = await openCatalog(MODELS_DIR);
const { style, files } = await learnedLike('udnie', 'own');
const other = await learnedLike('great-wave', 'own');

let blobs: BlobStore;
let nowMs = 0;
const open = () => learnedStyles(blobs, () => nowMs);
beforeEach(() => {
  blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  nowMs = 0;
});

describe('learned styles', () => {
  test('are seen by every process that shares the store, and load as they were kept', async () => {
    const [one, another] = [open(), open()];
    expect(await another.find('own')).toBe(undefined);
    await one.keep(style, files, 'a');
    expect(await another.find('own')).toEqual(style);
    expect(await another.all()).toEqual([style]);
    const loaded = await another.load(style);
    expect(loaded.network.name).toBe(style.network);
    expect(loaded.ranges?.size).toBeGreaterThan(0);
    expect(await another.preview(style)).toEqual(files['preview.jpg']);
  });

  test('that were replaced elsewhere are seen a second later', async () => {
    const [one, another] = [open(), open()];
    await one.keep(style, files, 'a');
    await another.find('own');
    await one.remove('own');
    await one.keep(other.style, other.files, 'b');
    expect((await one.find('own'))?.digest).toBe(other.style.digest);
    nowMs = 1001;
    expect((await another.find('own'))?.digest).toBe(other.style.digest);
  });

  test('keep their id: the same origin again changes nothing, another one is a conflict', async () => {
    const styles = open();
    await styles.keep(style, files, 'a');
    await styles.keep(style, files, 'a');
    await expect(styles.keep(other.style, other.files, 'b')).rejects.toMatchObject({
      type: 'conflict',
    });
    expect((await open().find('own'))?.digest).toBe(style.digest);
    const keys = await blobs.list('styles/files/', { limit: 100 });
    expect(keys.filter((key) => key.includes(other.style.digest))).toEqual([]);
  });

  test('leave nothing behind', async () => {
    const styles = open();
    await styles.keep(style, files, 'a');
    expect(await styles.remove('own')).toBe(true);
    expect(await styles.remove('own')).toBe(false);
    expect(await styles.find('own')).toBe(undefined);
    expect(await blobs.list('styles/', { limit: 100 })).toEqual([]);
  });

  test('with a damaged manifest are unavailable, and left out of the list', async () => {
    await open().keep(style, files, 'a');
    await blobs.write('styles/manifests/bad.json', new Uint8Array(3));
    await expect(open().find('bad')).rejects.toMatchObject({ type: 'style-unavailable' });
    expect(await open().all()).toEqual([style]);
  });

  test.each(['../x', 'Own', 'x'.repeat(65), ''])('no key is made of %j', async (id) => {
    expect(await open().find(id)).toBe(undefined);
    expect(await open().remove(id)).toBe(false);
  });
});

describe('a repertoire', () => {
  test('has what ships and what was learned, sorted, and mixes both', async () => {
    const learned = open();
    await learned.keep(style, files, 'a');
    const repertoire = repertoireOf(shipped, learned);
    const ids = (await repertoire.all()).map(({ id }) => id);
    expect(ids).toHaveLength(shipped.styles.length + 1);
    expect(ids).toEqual([...ids].sort());
    const mix = await repertoire.resolve(parseStyleMix('own:0.5,great-wave:0.5'));
    expect(mix.map(({ id }) => id)).toEqual(['great-wave', 'own']);
    for (const each of mix) expect((await repertoire.load(each)).network.name).toBe(each.network);
  });

  test('names what ships where there is no such style', async () => {
    const repertoire = repertoireOf(shipped, open());
    await expect(repertoire.get('x')).rejects.toThrow(
      /Expected one of .*udnie.*, or one of your own, got "x"/,
    );
  });

  test('is not misled by a learned style with the id of one that ships', async () => {
    const learned = open();
    await learned.keep({ ...other.style, id: 'udnie' }, other.files, 'a');
    expect((await repertoireOf(shipped, learned).get('udnie')).title).not.toBe('Own');
  });
});
