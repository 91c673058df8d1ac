import { describe, expect, test } from 'vitest';
import { embeddedQueue } from '../../src/queues/embedded-queue.ts';
import { fileStore } from '../../src/storage/file-store.ts';
import { urlSigner } from '../../src/storage/url-signer.ts';
import { queueContract } from '../contracts/queue.ts';
import { temporary } from '../support/temporary.ts';

const policy = { maxReceives: 3, firstDelaySeconds: 0.1, maxDelaySeconds: 1 };
const open = (folder: string) =>
  embeddedQueue(fileStore(folder, urlSigner(new Uint8Array(32))), 'work', policy);

describe('the embedded queue', () => {
  queueContract(async () => {
    const folder = temporary();
    return { queue: open(folder), again: async () => open(folder) };
  });

  test('a message that kills its process every time is buried by the next one', async () => {
    const folder = temporary();
    const never = () => new Promise<void>(() => {});
    await open(folder).send('deadly');
    for (let i = 0; i < policy.maxReceives; i += 1) {
      let begun = false;
      const handle = () => {
        begun = true;
        return never();
      };
      // Such a process neither stops nor aborts: its promise is simply never heard of again.
      await open(folder).consume({ handle, bury: never }, { concurrency: 1, onError: () => {} });
      await expect.poll(() => begun).toBe(true);
    }
    const buried: string[] = [];
    const consumer = await open(folder).consume(
      {
        handle: async () => {
          throw new Error('It was handed out again.');
        },
        bury: async ({ body }) => void buried.push(body),
      },
      { concurrency: 1, onError: () => {} },
    );
    await expect.poll(() => buried).toEqual(['deadly']);
    await consumer.stop();
  });
});
