/** The port to a durable queue: what was sent is handled at least once, or ends as a dead letter. */

export interface Message {
  readonly body: string;
  /** How often it has been handed out, this time included. */
  readonly receives: number;
}

export interface Handlers {
  /** A rejection hands the message out again later; see {@link RetryLater}. */
  handle(message: Message, signal: AbortSignal): Promise<void>;
  /** A message that was handed out as often as it may be, and failed every time. */
  bury(message: Message): Promise<void>;
}

export interface ConsumeOptions {
  /** Messages handled at the same time. */
  readonly concurrency: number;
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

export interface Queue {
  /** Resolves when the message is kept. */
  send(body: string, options?: { delaySeconds?: number }): Promise<void>;
  consume(handlers: Handlers, options: ConsumeOptions): Promise<Consumer>;
  /** Rejects where the queue is known not to be there. */
  check(): Promise<void>;
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

  constructor(message: string, delaySeconds: number, cause?: unknown) {
    super(message, { cause });
    this.delaySeconds = delaySeconds;
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
