/** Signatures of webhooks: https://github.com/standard-webhooks/standard-webhooks, version 1. */

import { createHmac } from 'node:crypto';
import { z } from 'zod';

const PREFIX = 'whsec_';

export interface SignedMessage {
  /** The same for every attempt at delivering the same event. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of every delivery. */
export const signatureHeadersSchema = z.object({
  'webhook-id': z.string().describe('The same for every attempt at delivering the same event.'),
  'webhook-timestamp': z
    .string()
    .describe('When this attempt was made, in seconds since 1970. Refuse what is minutes old.'),
  'webhook-signature': z
    .string()
    .describe(
      'A list with a space between: for each secret `v1,` and, in base64, the HMAC-SHA256 of ' +
        '`<webhook-id>.<webhook-timestamp>.<body>`. Empty where the service has no secrets.',
    ),
});

/** Reads `whsec_<base64>`; undefined where that is not what it is. */
export function readSecret(text: string): Uint8Array | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64');
  return bytes.byteLength >= 24 && bytes.byteLength <= 64 ? bytes : undefined;
}

/** The headers of a delivery, signed with every secret: receivers may change over one by one. */
export function signatureHeaders(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly Uint8Array[],
): z.infer<typeof signatureHeadersSchema> {
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
