import { describe, expect, test } from 'vitest';
import { embeddedQueue } from '../../src/queues/embedded-queue.ts';
import { type Handlers, RetryLater, UnreadableMessageError } from '../../src/queues/queue.ts';
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
      await open(folder).consume({ handle, giveUp: never }, { concurrency: 1, onError: () => {} });
      await expect.poll(() => begun).toBe(true);
    }
    const buried: string[] = [];
    const consumer = await open(folder).consume(
      {
        handle: async () => {
          throw new Error('It was handed out again.');
        },
        giveUp: async ({ body }) => void buried.push(body),
      },
      { concurrency: 1, onError: () => {} },
    );
    await expect.poll(() => buried).toEqual(['deadly']);
    await consumer.stop();
  });

  describe('takes turns', () => {
    const options = { concurrency: 8, perGroup: 2, onError: () => {} };

    test('what never ends of one caller, or for one host, holds nobody else up', async () => {
      const queue = open(temporary());
      const begun: string[] = [];
      const handle = ({ body }: { body: string }, signal: AbortSignal) => {
        begun.push(body);
        if (!body.startsWith('silent')) return Promise.resolve();
        return new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      };
      for (let i = 0; i < 50; i += 1) {
        await queue.send(`silent ${i}`, { groups: ['one caller', `host ${i}`] });
        await queue.send(`silent host ${i}`, { groups: [`caller ${i}`, 'one host'] });
      }
      await queue.send('honest', { groups: ['another caller', 'another host'] });
      const consumer = await queue.consume({ handle, giveUp: async () => {} }, options);
      await expect.poll(() => begun).toContain('honest');
      expect(begun.filter((body) => body.startsWith('silent'))).toHaveLength(4);
      consumer.abort(new Error('enough'));
      await consumer.stop();
    });
  });

  describe('keeps what cannot be handled out of the way', () => {
    const collect = async (folder: string, handlers: Partial<Handlers> = {}) => {
      const seen: string[] = [];
      const errors: unknown[] = [];
      const consumer = await open(folder).consume(
        { handle: async ({ body }) => void seen.push(body), giveUp: async () => {}, ...handlers },
        { concurrency: 2, onError: (error) => void errors.push(error) },
      );
      return { seen, errors, consumer };
    };
    const store = (folder: string) => fileStore(folder, urlSigner(new Uint8Array(32)));

    test.each(['', '{', '[]', '{"body":1}', '\u0000'])('a damaged message: %j', async (content) => {
      const folder = temporary();
      await store(folder).write('queues/work/0-damaged', new TextEncoder().encode(content));
      await open(folder).send('whole');
      const { seen, consumer } = await collect(folder);
      await expect.poll(() => seen).toEqual(['whole']);
      await expect.poll(() => store(folder).list('queues/', { limit: 9 })).toEqual([]);
      expect(await store(folder).list('damaged/', { limit: 9 })).toEqual([
        'damaged/queues/work/0-damaged',
      ]);
      await consumer.stop();
    });

    test('a message that its handler cannot read is put aside, and not tried again', async () => {
      const folder = temporary();
      let times = 0;
      const handle = async () => {
        times += 1;
        throw new UnreadableMessageError('What?');
      };
      const { consumer } = await collect(folder, { handle });
      await open(folder).send('x');
      const { consumer: second } = await collect(folder, { handle });
      await expect.poll(() => store(folder).list('queues/', { limit: 9 })).toEqual([]);
      expect(times).toBe(1);
      await Promise.all([consumer.stop(), second.stop()]);
    });

    test('a burial that fails is tried again, in no haste', async () => {
      const folder = temporary();
      let burials = 0;
      const queue = open(folder);
      const again = await queue.consume(
        {
          handle: async () => {
            throw new Error('no');
          },
          giveUp: async () => {
            burials += 1;
            throw new Error('neither');
          },
        },
        { concurrency: 1, onError: () => {} },
      );
      await queue.send('hopeless');
      await expect.poll(() => burials).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(burials).toBe(1);
      expect(await store(folder).list('queues/', { limit: 9 })).toHaveLength(1);
      await again.stop();
    });

    test('what could not even be tried uses no attempts up', async () => {
      const queue = open(temporary());
      let times = 0;
      const buried: string[] = [];
      const consumer = await queue.consume(
        {
          handle: async () => {
            times += 1;
            if (times <= 6) throw new RetryLater('full', 0.01, { isPassing: true });
          },
          giveUp: async ({ body }) => void buried.push(body),
        },
        { concurrency: 1, onError: () => {} },
      );
      await queue.send('patient');
      await expect.poll(() => times).toBe(7);
      await consumer.stop();
      expect(buried).toEqual([]);
    });

    test('a clock that was set back makes nobody wait for longer than was said', async () => {
      const folder = temporary();
      const stored = { body: 'soon', receives: 0, notBefore: Date.now() + 1e9, delayMs: 50 };
      const bytes = new TextEncoder().encode(JSON.stringify(stored));
      await store(folder).write('queues/work/1-x', bytes);
      const { seen, consumer } = await collect(folder);
      await expect.poll(() => seen).toEqual(['soon']);
      await consumer.stop();
    });
  });
});
