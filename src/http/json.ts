/** JSON of callers, under limits that hold before it is parsed or validated. */

import { ProblemError } from '../errors.ts';

/** Items of lists and of objects: more than any body of ours has, few enough to name what is wrong. */
const MAX_ITEMS = 10_000;

/** Brackets, which may be nested. */
const MAX_BRACKETS = 100_000;

/** Throws a `malformed-body` problem, or `invalid-request` where there is too much in it. */
export function parseJson(body: Uint8Array): unknown {
  const { items, brackets } = structureOf(body);
  if (items > MAX_ITEMS || brackets > MAX_BRACKETS) {
    const detail = `Expected JSON of at most ${MAX_ITEMS} values, got more.`;
    throw new ProblemError('invalid-request', detail);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    const detail = 'Expected JSON in UTF-8; this body is not.';
    throw new ProblemError('malformed-body', detail, { cause });
  }
}

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = Buffer.from('"\\,[{') as unknown as [
  number,
  number,
  number,
  number,
  number,
];

/** Counted without building anything, outside of strings. */
function structureOf(body: Uint8Array): { items: number; brackets: number } {
  let [items, brackets] = [0, 0];
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i];
    if (byte === QUOTE) i = endOfString(body, i);
    else if (byte === COMMA) items += 1;
    else if (byte === BRACKET || byte === BRACE) brackets += 1;
  }
  return { items, brackets };
}

/** Where the quote is that ends the string begun at `start`; the end where there is none. */
function endOfString(body: Uint8Array, start: number): number {
  for (let end = start; ; ) {
    end = body.indexOf(QUOTE, end + 1);
    if (end < 0) return body.length;
    let backslashes = 0;
    while (body[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
