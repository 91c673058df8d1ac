/** The server is killed while it works, and started again: nothing that was accepted is lost. */

import { once } from 'node:events';
import request from 'supertest';
import { afterEach, expect, test } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';
import { temporary } from '../support/temporary.ts';

let running: Started | undefined;
afterEach(() => running?.process.kill('SIGKILL'));

test('jobs that were accepted before kill -9 succeed after it, each told once', async () => {
  const receiver = await startReceiver();
  const environment = {
    PORT: '0',
    DATA_DIR: temporary(),
    FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
    WEBHOOK_FIRST_DELAY_SECONDS: '0.05',
  };
  running = startProcess(environment);
  const before = await running.url();
  const photo = await jpeg(900, 700);
  const ids = ['one', 'two', 'three', 'four', 'five'];
  await Promise.all(
    ids.map((id) =>
      request(before)
        .put(`/v1/stylizations/${id}`)
        .query({ webhook: receiver.url })
        .set('prefer', 'respond-async')
        .type('image/jpeg')
        .send(photo)
        .expect(202),
    ),
  );
  const statuses = async (url: string) => {
    const { body } = await request(url).get('/v1/stylizations');
    return body.stylizations.map(({ status }: { status: string }) => status) as string[];
  };
  await expect.poll(() => statuses(before), { interval: 10 }).toContain('processing');
  running.process.kill('SIGKILL');
  await once(running.process, 'exit');
  const told = receiver.received.length;
  expect(told).toBeLessThan(ids.length);

  running = startProcess(environment);
  const after = await running.url();
  await expect.poll(() => statuses(after), { interval: 50 }).toEqual(ids.map(() => 'succeeded'));
  await expect.poll(() => receiver.received.length).toBe(ids.length);
  const events = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(events).size).toBe(ids.length);
  await receiver.close();
});
