import { expect, test } from 'vitest';
import { giveWay } from '../../src/results/bounds.ts';
import type { BlobStore } from '../../src/storage/blob-store.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { temporary } from '../support/temporary.ts';

async function filled(hasRoom: boolean): Promise<BlobStore> {
  const blobs = fileStore(temporary(), urlSigner(new Uint8Array(32)));
  for (const name of ['results/d', 'results/b', 'results/c', 'results/a', 'jobs/x']) {
    await blobs.write(name, new Uint8Array(100));
    // The times of files are in steps.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { ...blobs, hasRoom: async () => hasRoom };
}

const left = (blobs: BlobStore) => blobs.list('', { limit: 10 });

test('where the disk is full, the older half of what is kept goes, and nothing else', async () => {
  const blobs = await filled(false);
  await giveWay(blobs, 'results/');
  expect(await left(blobs)).toEqual(['jobs/x', 'results/a', 'results/c']);
});

test('where there is room, all stays', async () => {
  const blobs = await filled(true);
  await giveWay(blobs, 'results/');
  expect(await left(blobs)).toHaveLength(5);
});
