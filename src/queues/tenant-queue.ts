/** One queue for all tenants: every message says whose it is, and is handled with what is that tenant's. */

import { z } from 'zod';
import { type Handlers, type Message, type Queue, readMessage } from './queue.ts';

/** The queue as a tenant sends to it. Messages of nobody say nothing. */
export function tenantQueue(queue: Queue, tenant: string | undefined): Queue {
  if (tenant === undefined) return queue;
  const addressed = (body: string) => JSON.stringify({ ...JSON.parse(body), tenant });
  return { ...queue, send: async (body, options) => queue.send(addressed(body), options) };
}

const addressedSchema = z.object({ tenant: z.string().optional() });

/** Hands each message to what handles those of its tenant. */
export function forTenant<Rest extends readonly unknown[]>(
  handlerOf: (tenant: string | undefined) => (message: Message, ...rest: Rest) => Promise<void>,
): (message: Message, ...rest: Rest) => Promise<void> {
  return async (message, ...rest) => {
    const { tenant } = readMessage(addressedSchema, message.body);
    return handlerOf(tenant)(message, ...rest);
  };
}

/** The same for handlers. */
export function byTenant(handlersOf: (tenant: string | undefined) => Handlers): Handlers {
  return {
    handle: forTenant((tenant) => handlersOf(tenant).handle),
    giveUp: forTenant((tenant) => handlersOf(tenant).giveUp),
  };
}
