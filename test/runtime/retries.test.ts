import { expect, test } from 'vitest';
import { ProblemError } from '../../src/errors.ts';
import { RetryLater, UnreadableMessageError } from '../../src/queues/queue.ts';
import { logRetry } from '../../src/runtime/retries.ts';

test.each([
  ['info', new RetryLater('busy', 1)],
  ['info', new ProblemError('shutting-down', 'It ends.')],
  ['error', new ProblemError('internal', 'It broke.')],
  ['error', new UnreadableMessageError('what?')],
  ['error', new TypeError('undefined is no function')],
])('is logged as %s: %s', (level, err) => {
  const lines: unknown[] = [];
  const at = (name: string) => (fields: object) => void lines.push([name, fields]);
  const message = { body: 'm', receives: 1 };
  logRetry({ info: at('info'), warn: at('warn'), error: at('error') }, err, message);
  expect(lines).toEqual([[level, { err, message }]]);
});
