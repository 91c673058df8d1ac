/** What requests for any kind of work may say beside their file: the style, and who is to be told. */

import { invalidField } from '../errors.ts';
import { FINAL_STATUSES, type JobRequest, type Status } from '../jobs/job.ts';
import { MixSyntaxError, parseStyleMix, type StyleMix } from '../network/mix.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import { sourceProblem } from '../sources/problems.ts';
import type { DeliveryFields } from './option-schemas.ts';

/** What requests are read with. */
export type Reading = Pick<Services, 'defaultMix' | 'checkAddress'>;

/** Null says, as JSON does, that there is none. */
export function givenFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Throws an `invalid-request` problem for an address that is never called. */
export function webhookOf(
  { webhook: url, webhook_events_filter }: DeliveryFields,
  { checkAddress }: Reading,
): JobRequest['webhook'] {
  const events: readonly Status[] = webhook_events_filter ?? FINAL_STATUSES;
  if (url === undefined) return undefined;
  const refused = checkAddress(url);
  if (refused !== undefined) throw invalidField('/webhook', refused);
  return { url, events: [...new Set(events)] };
}

/** Throws a `source-refused` problem. */
export function checkReachable(file: ImageReference, { checkAddress }: Reading): void {
  const refused = 'url' in file ? checkAddress(file.url) : undefined;
  if (refused !== undefined) throw sourceProblem('source-refused', refused);
}

/** Throws an `invalid-request` problem. */
export function styleOf(
  text: string | undefined,
  { defaultMix }: Pick<Reading, 'defaultMix'>,
): StyleMix {
  if (text === undefined) return defaultMix;
  try {
    return parseStyleMix(text);
  } catch (error) {
    if (error instanceof MixSyntaxError) throw invalidField('/style', error.message);
    throw error;
  }
}
