/** Messages say which trace they belong to, so that it goes on where they are handled. */

import { z } from 'zod';
import {
  continueTrace,
  outsideTraces,
  type TraceHeaders,
  traceHeaders,
} from '../telemetry/trace-context.ts';
import { inSpan } from '../telemetry/tracing.ts';
import { type Handlers, isDelivered, isPassing, type Message, type Queue } from './queue.ts';

/** After https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
function attributesOf(queue: Queue, name: string, type: 'send' | 'process') {
  return {
    'messaging.system': isDelivered(queue) ? 'aws_sqs' : 'impasto',
    'messaging.destination.name': name,
    'messaging.operation.name': type,
    'messaging.operation.type': type,
  };
}

/** The queue as what is sent to it carries the sender's trace; the name is the queue's in spans. */
export function tracedQueue(queue: Queue, name: string): Queue {
  const attributes = attributesOf(queue, name, 'send');
  return {
    ...queue,
    send: (body, options) =>
      inSpan(`send ${name}`, { kind: 'producer', attributes }, () => {
        const traced = JSON.stringify({ ...JSON.parse(body), ...traceHeaders() });
        // The queue may go on from here to messages of others.
        return outsideTraces(() => queue.send(traced, options));
      }),
  };
}

const headersSchema = z.object({
  traceparent: z.string().optional().catch(undefined),
  tracestate: z.string().optional().catch(undefined),
});

/** Empty where the message says nothing of a trace, as one of an earlier version does. */
export function traceOf({ body }: Message): TraceHeaders {
  try {
    return headersSchema.parse(JSON.parse(body));
  } catch {
    return {};
  }
}

type Handle<Rest extends readonly unknown[]> = (message: Message, ...rest: Rest) => Promise<void>;

/** Handles each message in its trace. */
export function inTraces<Rest extends readonly unknown[]>(
  queue: Queue,
  name: string,
  handle: Handle<Rest>,
): Handle<Rest> {
  const process = attributesOf(queue, name, 'process');
  const isFailure = (error: unknown) => !isPassing(error);
  return (message, ...rest) => {
    const attributes = { ...process, 'impasto.message.receives': message.receives };
    return continueTrace(traceOf(message), () =>
      inSpan(`process ${name}`, { kind: 'consumer', attributes, isFailure }, () =>
        handle(message, ...rest),
      ),
    );
  };
}

/** The same for handlers. */
export function tracedHandlers(queue: Queue, name: string, handlers: Handlers): Handlers {
  return {
    handle: inTraces(queue, name, handlers.handle),
    giveUp: inTraces(queue, name, handlers.giveUp),
  };
}
