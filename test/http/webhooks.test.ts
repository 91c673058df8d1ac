/** What webhooks are really sent is what the OpenAPI document says of them. */

import { afterEach, describe, expect, test } from 'vitest';
import { STATUSES } from '../../src/jobs/job.ts';
import { JOB_KINDS } from '../../src/jobs/kinds.ts';
import { type Document, webhookConformance } from '../support/conformance.ts';
import { jpeg } from '../support/pictures.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';

const server = useServer({
  FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  WEBHOOK_SECRETS: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  JOB_POLL_MS: '20',
});

let receiver: Receiver | undefined;
afterEach(() => receiver?.close());

const described = async (): Promise<Document> => (await server.get('/openapi.json')).body;
const typesOf = (received: Receiver['received']) =>
  received.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort();

describe('the webhooks of the document', () => {
  test('are every event of every kind of job, and the end of a batch', async () => {
    const { webhooks } = await described();
    const ofJobs = Object.keys(JOB_KINDS).flatMap((kind) => STATUSES.map((s) => `${kind}.${s}`));
    expect(Object.keys(webhooks).sort()).toEqual([...ofJobs, 'batch.finished'].sort());
  });

  test('are as they are sent, with the headers that sign them', async () => {
    const { url, received } = await startListening();
    const image = `data:image/jpeg;base64,${(await jpeg()).toString('base64')}`;
    const damaged = 'data:image/gif;base64,R0lGODlhIG5v';
    const filter = { webhook: url, webhook_events_filter: STATUSES };
    await server.send(server.post('/v1/batches').send({ images: [image, damaged], ...filter }));
    await expect.poll(() => typesOf(received)).toContain('batch.finished');
    const expected = ['batch.finished', 'stylization.failed', 'stylization.queued'];
    const all = [...expected, 'stylization.starting', 'stylization.succeeded'];
    await expect.poll(() => typesOf(received)).toEqual(expect.arrayContaining(all));
    const check = webhookConformance(await described());
    for (const sent of received) check(sent);
  });

  test('are what deliveries are held against: a wrong one is noticed', async () => {
    const { url, received } = await startListening();
    const photo = await jpeg();
    await server.send(
      server
        .post('/v1/stylizations')
        .query({ webhook: url })
        .type('image/jpeg')
        .set('prefer', 'respond-async')
        .send(photo),
    );
    await expect.poll(() => received.length).toBe(1);
    const [sent] = received as [Receiver['received'][number]];
    const check = webhookConformance(await described());
    check(sent);
    const { 'webhook-signature': _, ...unsigned } = sent.headers;
    expect(() => check({ ...sent, headers: unsigned })).toThrow(/webhook-signature/);
    const message = JSON.parse(sent.body);
    const changed = (change: object) => ({
      ...sent,
      body: JSON.stringify({ ...message, ...change }),
    });
    expect(() => check(changed({ type: 'stylization.lost' }))).toThrow(/not described/);
    expect(() => check(changed({ type: 'batch.finished' }))).toThrow(
      /required property 'finished'/,
    );
    expect(() => check(changed({ timestamp: undefined }))).toThrow(/timestamp/);
  });
});

async function startListening(): Promise<Receiver> {
  receiver = await startReceiver();
  return receiver;
}
