/** The port to a durable queue: what was sent is handled at least once, or ends as a dead letter. */

import type { z } from 'zod';

export interface Message {
  readonly body: string;
  /** How often it has been handed out, this time included. */
  readonly receives: number;
}

export interface Handlers {
  /** A rejection hands the message out again later; see {@link RetryLater}. */
  handle(message: Message, signal: AbortSignal): Promise<void>;
  /** A message that was handed out as often as it may be, and failed every time. */
  giveUp(message: Message): Promise<void>;
}

export interface ConsumeOptions {
  /** Messages handled at the same time. */
  readonly concurrency: number;
  /** Of those, most that are of one group; all where absent. Only where this process takes turns. */
  readonly perGroup?: number;
  /** Told of every failure: of handling, and of the queue itself. */
  readonly onError: (error: unknown, message?: Message) => void;
}

export interface Consumer {
  /** Takes no more messages; resolves when those being handled are done. */
  stop(): Promise<void>;
  /**
   * Takes no more messages and aborts the signal of what is being handled: that is handed out
   * again, to whoever is there then.
   */
  abort(reason: unknown): void;
}

export interface SendOptions {
  readonly delaySeconds?: number;
  /**
   * Whom the message concerns, the widest first, such as a caller and a host: messages take turns
   * by the first group, within it by the next.
   */
  readonly groups?: readonly string[];
}

export interface Queue {
  /** Resolves when the message is kept. */
  send(body: string, options?: SendOptions): Promise<void>;
  consume(handlers: Handlers, options: ConsumeOptions): Promise<Consumer>;
  /** Rejects where the queue is known not to be there. */
  check(): Promise<void>;
  /** What is sent and not done; undefined where nobody may tell. */
  backlog(): Promise<Backlog | undefined>;
}

export interface Backlog {
  readonly messages: number;
  /** Undefined where the queue does not know it. */
  readonly oldestSeconds?: number;
}

/** A queue whose messages somebody else receives, such as the platform of a Lambda function. */
export interface DeliveredQueue extends Queue {
  /** Has a message that was not handled come again as late as its error says. */
  defer(receipt: string, error: unknown, receives: number): Promise<void>;
}

export function isDelivered(queue: Queue): queue is DeliveredQueue {
  return 'defer' in queue;
}

/** Thrown by a handler that knows when trying again makes sense. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delaySeconds: number;
  /** Whether it was no attempt: nothing could be tried, through no fault of the message. */
  readonly isPassing: boolean;

  constructor(
    message: string,
    delaySeconds: number,
    { cause, isPassing = false }: { readonly cause?: unknown; readonly isPassing?: boolean } = {},
  ) {
    super(message, { cause });
    this.delaySeconds = delaySeconds;
    this.isPassing = isPassing;
  }
}

export function isPassing(error: unknown): boolean {
  return error instanceof RetryLater && error.isPassing;
}

/** Thrown by a handler for a message that says nothing it could do, now or later. */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
}

/** What a message says. Throws an {@link UnreadableMessageError}. */
export function readMessage<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new UnreadableMessageError(`Expected a message, got ${body.slice(0, 200)}.`, { cause });
  }
}

export interface RetryPolicy {
  /** How often a message is handed out before it is buried. */
  readonly maxReceives: number;
  /** Wait before the second attempt; it doubles with each one after. */
  readonly firstDelaySeconds: number;
  readonly maxDelaySeconds: number;
}

/** Exponential backoff with "equal jitter": between half of the delay and all of it. */
export function backoffSeconds(
  receives: number,
  { firstDelaySeconds, maxDelaySeconds }: RetryPolicy,
  random: () => number = Math.random,
): number {
  const delay = Math.min(maxDelaySeconds, firstDelaySeconds * 2 ** (receives - 1));
  return delay * (0.5 + random() / 2);
}

/** Seconds until a message is handed out again after this error. */
export function delayAfter(error: unknown, receives: number, policy: RetryPolicy): number {
  return error instanceof RetryLater ? error.delaySeconds : backoffSeconds(receives, policy);
}
