/** What every queue must do, whatever it keeps messages in. */

import { expect, test } from 'vitest';
import { type Consumer, type Message, type Queue, RetryLater } from '../../src/queues/queue.ts';

export interface OpenQueue {
  readonly queue: Queue;
  /** The same queue as another process sees it. */
  again(): Promise<Queue>;
}

/** Queues of at most three attempts, a tenth of a second apart or as near as they can. */
export function queueContract(open: () => Promise<OpenQueue>): void {
  const consume = (
    queue: Queue,
    handle: (message: Message, signal: AbortSignal) => Promise<void>,
    {
      giveUp = async () => {},
      concurrency = 4,
    }: { giveUp?: (m: Message) => Promise<void>; concurrency?: number } = {},
  ): Promise<Consumer> => queue.consume({ handle, giveUp }, { concurrency, onError: () => {} });

  const eventually = { timeout: 30_000, interval: 20 };

  test('hands out every message once where all goes well', async () => {
    const { queue } = await open();
    await queue.send('early');
    const seen: string[] = [];
    const consumer = await consume(queue, async ({ body }) => void seen.push(body));
    await Promise.all(Array.from({ length: 25 }, (_, i) => queue.send(`m${i}`)));
    await expect.poll(() => seen.length, eventually).toBe(26);
    await consumer.stop();
    expect(new Set(seen).size).toBe(26);
  });

  test('hands out a failed message again, and counts', async () => {
    const { queue } = await open();
    const receives: number[] = [];
    const consumer = await consume(queue, async (message) => {
      receives.push(message.receives);
      if (receives.length < 3) throw new Error('not yet');
    });
    await queue.send('again');
    await expect.poll(() => receives, eventually).toEqual([1, 2, 3]);
    await consumer.stop();
  });

  test('buries what fails every time, and nothing else', async () => {
    const { queue } = await open();
    const [handled, buried]: [string[], string[]] = [[], []];
    const consumer = await consume(
      queue,
      async ({ body }) => {
        if (body === 'poison') throw new Error('never');
        handled.push(body);
      },
      { giveUp: async ({ body }) => void buried.push(body) },
    );
    await queue.send('poison');
    await queue.send('fine');
    await expect.poll(() => buried, eventually).toEqual(['poison']);
    expect(handled).toEqual(['fine']);
    await consumer.stop();
  });

  test('waits for as long as the handler says', async () => {
    const { queue } = await open();
    const times: number[] = [];
    const consumer = await consume(queue, async () => {
      times.push(Date.now());
      if (times.length === 1) throw new RetryLater('later', 2);
    });
    await queue.send('patient');
    await expect.poll(() => times.length, eventually).toBe(2);
    expect(times[1]! - times[0]!).toBeGreaterThan(900);
    await consumer.stop();
  });

  test('keeps a message back for as long as its sender says', async () => {
    const { queue } = await open();
    let arrived = 0;
    const consumer = await consume(queue, async () => {
      arrived = Date.now();
    });
    const sent = Date.now();
    await queue.send('later', { delaySeconds: 1 });
    await expect.poll(() => arrived, eventually).toBeGreaterThan(0);
    expect(arrived - sent).toBeGreaterThan(800);
    await consumer.stop();
  });

  test('handles no more at once than it is told', async () => {
    const { queue } = await open();
    let [running, most, done] = [0, 0, 0];
    const consumer = await consume(
      queue,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 30));
        running -= 1;
        done += 1;
      },
      { concurrency: 2 },
    );
    await Promise.all(Array.from({ length: 8 }, (_, i) => queue.send(String(i))));
    await expect.poll(() => done, eventually).toBe(8);
    expect(most).toBe(2);
    await consumer.stop();
  });

  test('what was not done when a process ended is handed out by the next one', async () => {
    const { queue, again } = await open();
    let begun = false;
    const first = await consume(queue, (_, signal) => {
      begun = true;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    });
    await queue.send('unfinished');
    await expect.poll(() => begun, eventually).toBe(true);
    first.abort(new Error('the process ends'));
    await first.stop();
    const seen: Message[] = [];
    const second = await consume(await again(), async (message) => void seen.push(message));
    await expect.poll(() => seen.length, eventually).toBe(1);
    expect(seen[0]!.body).toBe('unfinished');
    expect(seen[0]!.receives).toBeGreaterThan(1);
    await second.stop();
  });
}
