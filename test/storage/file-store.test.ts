/** The file store, its URLs answered by the routes of the service. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { blobStoreContract } from '../contracts/blob-store.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

describe('the file store', () => {
  const root = temporary();
  const server = useServer({ DATA_DIR: root, SIGNING_SECRET: 'a secret of this test' });
  const signer = urlSigner(new TextEncoder().encode('a secret of this test'));

  blobStoreContract(async () => ({ store: fileStore(root, signer), origin: server.url() }));

  test('keys that lead elsewhere are refused', async () => {
    const store = fileStore(root, signer);
    for (const key of [
      '../x',
      'a/../../x',
      '/etc/passwd',
      'a//b',
      '.staging/x',
      'a\\b',
      '',
      'a~1',
    ]) {
      await expect(store.read(key)).rejects.toThrow(TypeError);
    }
  });

  test('nothing but whole versions is left behind', async () => {
    const store = fileStore(root, signer);
    await store.write('left/over', new Uint8Array(3));
    await store.write('left/over', new Uint8Array(4));
    expect(await readdir(join(root, '.staging'))).toEqual([]);
    expect(await readdir(join(root, 'left/over'))).toHaveLength(1);
    await store.delete(['left/over']);
    expect(await readdir(root)).not.toContain('left');
  });
});
