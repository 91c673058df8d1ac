/** Settings of how others are called: receivers of webhooks, and servers of photographs. */

import { z } from 'zod';
import { addressList, hostList, milliseconds, whole } from './kinds.ts';

export const OUTGOING_SETTINGS = {
  WEBHOOK_SECRETS: z
    .string()
    .default('')
    .describe('Secrets that sign webhooks, `whsec_…`, the newest first, separated by commas.'),
  WEBHOOK_ATTEMPTS: whole(1)
    .default(12)
    .describe('Attempts at delivering; twelve take some two hours.'),
  WEBHOOK_FIRST_DELAY_SECONDS: z.coerce
    .number()
    .positive()
    .default(5)
    .describe('Wait before the second attempt; it doubles with each one after, up to two hours.'),
  WEBHOOK_TIMEOUT_MS: milliseconds(1).default(15_000).describe("Wait for a receiver's answer."),
  FETCH_TIMEOUT_MS: milliseconds(1).default(10_000).describe('Time an image URL may take.'),
  FETCH_HOSTS: hostList
    .default('*')
    .describe(
      'Hosts of image URLs and webhooks: `*`, or a list such as `cdn.example,*.shop.example`.',
    ),
  FETCH_PRIVATE_ADDRESSES: addressList
    .default('')
    .describe('Addresses or ranges that may be fetched from although they are not public.'),
};
