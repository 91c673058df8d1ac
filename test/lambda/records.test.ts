/** Batches of which some records are not as SQS sends them. */

import { expect, test } from 'vitest';
import type { Message } from '../../src/queues/queue.ts';
import { giveUpRecords } from '../../src/runtime/lambda/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { sqsEvent } from '../support/lambda.ts';

const log = createLog('silent');
const [good] = sqsEvent({ body: 'good', receiptHandle: 'a' }).Records;

test.each([
  ['without attributes', { attributes: undefined }],
  ['without a body', { body: undefined }],
  ['with a body that is no text', { body: { job: 1 } }],
  ['with a count that is none', { attributes: { ApproximateReceiveCount: 'often' } }],
  ['without a receipt', { receiptHandle: undefined }],
])('a record %s fails alone', async (_, wrong) => {
  const seen: Message[] = [];
  const giveUp = async (message: Message) => void seen.push(message);
  const event = { Records: [{ ...good, ...wrong, messageId: 'the-bad-one' }, good] };
  expect(await giveUpRecords(event, giveUp, log)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'the-bad-one' }],
  });
  expect(seen).toEqual([{ body: 'good', receives: 1 }]);
});
