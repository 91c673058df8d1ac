/** Where the bytes of a photograph come from when they are named rather than sent. */

import { invalidField } from '../errors.ts';

const DATA_URL = /^data:([a-z0-9.+/-]*)(;[^,]*)?,/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Bytes of an `image` given as text. Throws an `invalid-request` problem for anything but a
 * base64 data URL.
 */
export function openSource(text: string): Uint8Array {
  if (/^https?:/i.test(text)) {
    throw invalidField(
      '/image',
      'Expected an uploaded file or a data URL for image, got an http(s) URL; this server does not fetch images.',
    );
  }
  const match = DATA_URL.exec(text);
  if (match === null) {
    const got = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    throw invalidField(
      '/image',
      `Expected a data URL (data:image/jpeg;base64,…) for image, got ${got}.`,
    );
  }
  const payload = text.slice(match[0].length);
  if (!match[2]?.toLowerCase().endsWith(';base64') || !BASE64.test(payload)) {
    throw invalidField(
      '/image',
      'Expected base64 data in the data URL for image, got something else.',
    );
  }
  const bytes = Buffer.from(payload, 'base64');
  if (bytes.byteLength === 0) throw invalidField('/image', 'Expected image bytes, got none.');
  return bytes;
}
