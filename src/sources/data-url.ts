/** data: URLs as https://fetch.spec.whatwg.org/#data-urls reads them; the media type is not needed. */

const BASE64_MARK = /; *base64$/i;

/** Line breaks and tabs are no part of a URL, wherever they stand (https://url.spec.whatwg.org/). */
const NOT_IN_URLS = /[\t\n\r]+/g;

/** The bytes; undefined where the URL has no comma, or its base64 is none. */
export function dataUrlBytes(url: string): Buffer<ArrayBuffer> | undefined {
  const [text = ''] = url.replace(NOT_IN_URLS, '').split('#', 1);
  const comma = text.indexOf(',');
  if (comma < 0) return undefined;
  const payload = text.slice(comma + 1);
  if (!BASE64_MARK.test(text.slice(0, comma).trimEnd())) return percentDecoded(payload);
  return forgivingBase64(
    payload.includes('%') ? percentDecoded(payload).toString('latin1') : payload,
  );
}

/** https://url.spec.whatwg.org/#percent-decode: what is no escape stands for itself. */
function percentDecoded(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] === PERCENT ? hexDigit(bytes[i + 1]) * 16 + hexDigit(bytes[i + 2]) : NaN;
    bytes[length] = Number.isNaN(byte) ? bytes[i]! : byte;
    length += 1;
    if (!Number.isNaN(byte)) i += 2;
  }
  return bytes.subarray(0, length);
}

const PERCENT = 0x25;

/** The value of a hexadecimal digit in ASCII; NaN for anything else. */
function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}

/** https://infra.spec.whatwg.org/#forgiving-base64-decode */
function forgivingBase64(text: string): Buffer<ArrayBuffer> | undefined {
  const compact = text.replace(/[\t\n\f\r ]+/g, '');
  const digits = compact.length % 4 === 0 ? compact.replace(/={1,2}$/, '') : compact;
  if (digits.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(digits)) return undefined;
  return Buffer.from(digits, 'base64');
}
