/** The exchange over ZeroMQ (an optional dependency): a router at rank 0, a dealer at every other. */

import type { Dealer, Router } from 'zeromq';
import { type Exchange, ExchangeError } from './exchange.ts';

export interface ExchangeOptions {
  readonly rank: number;
  readonly size: number;
  /** Where rank 0 listens and the others call, such as `tcp://10.0.0.7:5555`. */
  readonly address: string;
  /** Longest wait for the slowest worker. */
  readonly timeoutMs: number;
}

export interface ZeromqExchange extends Exchange {
  /** Where rank 0 listens, its port known where `address` left it open (`tcp://127.0.0.1:*`). */
  readonly address: string;
}

/** Rejects with an {@link ExchangeError} where ZeroMQ is missing or the address cannot be used. */
export async function zeromqExchange(options: ExchangeOptions): Promise<ZeromqExchange> {
  const zeromq = await import('zeromq').catch((cause: unknown) => {
    throw new ExchangeError('Several workers need the package zeromq: run "npm install zeromq".', {
      cause,
    });
  });
  const { rank, address, timeoutMs } = options;
  const waits = { receiveTimeout: timeoutMs, sendTimeout: timeoutMs, linger: 0 };
  try {
    if (rank === 0) {
      const router = new zeromq.Router({ ...waits, mandatory: true });
      await router.bind(address);
      return atRouter(router, options);
    }
    const dealer = new zeromq.Dealer({ ...waits, linger: timeoutMs, routingId: String(rank) });
    dealer.connect(address);
    return atDealer(dealer, options);
  } catch (cause) {
    throw new ExchangeError(`Worker ${rank} could not use the address ${address}.`, { cause });
  }
}

function atRouter(router: Router, { size }: ExchangeOptions): ZeromqExchange {
  return {
    rank: 0,
    size,
    address: router.lastEndpoint ?? '',
    async mean(values) {
      const messages = new Map<string, Float32Array>();
      while (messages.size < size - 1) {
        const [sender, message] = await reached(router.receive(), 'its workers');
        messages.set(String(sender), numbersOf(message, values.length));
      }
      const sum = Float64Array.from(values);
      for (let rank = 1; rank < size; rank += 1) {
        const part = messages.get(String(rank));
        if (part === undefined) throw new ExchangeError(`Worker ${rank} sent nothing.`);
        for (let i = 0; i < sum.length; i += 1) sum[i]! += part[i]!;
      }
      const mean = Float32Array.from(sum, (value) => value / size);
      for (const sender of messages.keys()) {
        await reached(router.send([sender, bytesOf(mean)]), `worker ${sender}`);
      }
      return mean;
    },
    close: () => router.close(),
  };
}

function atDealer(dealer: Dealer, { rank, size, address }: ExchangeOptions): ZeromqExchange {
  return {
    rank,
    size,
    address,
    async mean(values) {
      await reached(dealer.send(bytesOf(values)), 'worker 0');
      const [mean] = await reached(dealer.receive(), 'worker 0');
      return numbersOf(mean, values.length);
    },
    close: () => dealer.close(),
  };
}

async function reached<T>(message: Promise<T>, whom: string): Promise<T> {
  try {
    return await message;
  } catch (cause) {
    throw new ExchangeError(`Lost ${whom}: no message in time.`, { cause });
  }
}

function numbersOf(message: Uint8Array | undefined, length: number): Float32Array {
  if (message?.byteLength !== length * 4) {
    throw new ExchangeError(
      `Expected ${length} numbers from a worker, got ${(message?.byteLength ?? 0) / 4}: ` +
        'workers must be given the same options.',
    );
  }
  return new Float32Array(Uint8Array.from(message).buffer);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
