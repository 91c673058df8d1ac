/** A painting that a signed address asks for: not painted, nor its photograph fetched, where that can be helped. */

import type { Context } from 'hono';
import { invalidField, ProblemError } from '../errors.ts';
import { type FormatWish, formatsBeside } from '../images/format-wish.ts';
import { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import type { Result } from '../results/results.ts';
import type { Services } from '../services/services.ts';
import type { FetchedSource, Source } from '../sources/remembered-sources.ts';
import type { StylizeContext } from '../stylization/stylizer.ts';
import { createSpans, type Spans } from '../telemetry/spans.ts';
import { pictureForms } from './answer-forms.ts';
import { cacheStatus } from './cache-status.ts';
import { callerOf } from './caller.ts';
import { answerTimeoutMs } from './deadline.ts';
import { entityTag, isUnchanged } from './etag.ts';
import { pointer, shown } from './expectations.ts';
import { fromText } from './option-texts.ts';
import { type AskedPainting, readPaintingUrl, type UrlKey } from './painting-url.ts';
import { serverTiming } from './server-timing.ts';
import { type StylizationRequest, stylizationOf } from './stylization-request.ts';

interface Work {
  readonly request: StylizationRequest;
  readonly wish: FormatWish;
  readonly source: string;
  readonly signal: AbortSignal;
  readonly spans: Spans;
}

/** Throws problems for what is not signed, or not as expected. */
export async function answerPainting(
  c: Context,
  services: Services,
  keys: readonly UrlKey[],
  signal: AbortSignal,
): Promise<Response> {
  const { options, source } = readPaintingUrl(new URL(c.req.url), keys);
  const { expiresMs, request } = readOptions({ options, source }, services);
  const wish = pictureForms(c.req.header('accept'), request.format);
  const work = { request, wish, source, signal, spans: createSpans(services.meter) };
  const parts = await services.identity(request.options.style);
  const found = await work.spans.measure('fetch', () => services.sources.look(source, signal));
  const tagOf = ({ digest, format }: Source) => {
    const asked = JSON.stringify([request.options, formatsBeside(wish, format)]);
    return entityTag([...parts, asked, digest]);
  };
  const headersFor = (painted: Source) => ({
    etag: tagOf(painted),
    'cache-control': cacheControl(painted, expiresMs),
    ...(request.format === 'auto' && { vary: 'accept' }),
  });
  if (isUnchanged(c.req.header('if-none-match'), tagOf(found))) {
    return c.body(null, 304, headersFor(found));
  }
  const { result, painted } = await paintingOf(c, services, found, work);
  const { painting, origin } = result;
  return c.body(painting.bytes, 200, {
    ...headersFor(painted),
    ...(origin && { 'cache-status': cacheStatus(origin) }),
    'server-timing': serverTiming(work.spans),
    'content-type': painting.mediaType,
  });
}

/** The painting, and the photograph that it is of: another one than was found, where that has changed meanwhile. */
async function paintingOf(
  c: Context,
  { config, stylizer, sources }: Services,
  found: Source | FetchedSource,
  { request, wish, source, signal, spans }: Work,
): Promise<{ readonly result: Result; readonly painted: Source }> {
  const deadline = performance.now() + answerTimeoutMs(c, config);
  const waiter = { caller: callerOf(c, config), deadline };
  const contextFor = ({ format }: Source): StylizeContext => {
    return { signal, spans, formats: formatsBeside(wish, format), waiter };
  };
  if (!('bytes' in found)) {
    const kept = await stylizer.find(found.digest, request.options, contextFor(found));
    if (kept) return { result: kept, painted: found };
  }
  const fetched =
    'bytes' in found ? found : await spans.measure('fetch', () => sources.fetch(source, signal));
  const result = await stylizer.obtain(fetched.bytes, request.options, contextFor(fetched));
  return { result, painted: fetched };
}

/** Says until when the URL works; Unix time in seconds. */
const EXPIRES = 'expires';

/** Throws a `forbidden` problem where its time is over, and `invalid-request` problems. */
function readOptions({ options, source }: AskedPainting, services: Services) {
  const { [EXPIRES]: expires, ...fields } = fromText(options, 'option');
  const expiresMs = expires === undefined ? Number.POSITIVE_INFINITY : millisecondsOf(expires);
  if (Date.now() >= expiresMs) {
    throw new ProblemError('forbidden', `The time of this URL is over: it has expires=${expires}.`);
  }
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(STYLIZATION_OPTIONS, name));
  if (unknown !== undefined) {
    const known = [...Object.keys(STYLIZATION_OPTIONS), EXPIRES].join(', ');
    throw invalidField(pointer([unknown]), `Expected only ${known}, got ${shown(unknown)}.`);
  }
  return { expiresMs, request: stylizationOf({ url: source }, fields, services) };
}

/** Of Unix time in seconds. */
function millisecondsOf(text: unknown): number {
  if (/^\d{1,12}$/.test(String(text))) return Number(text) * 1000;
  const expected = 'Expected Unix time in whole seconds for expires';
  throw invalidField(pointer([EXPIRES]), `${expected}, got ${shown(text)}.`);
}

/** As long as the photograph stays as it is and the URL works. */
function cacheControl({ freshUntilMs, isShared }: Source, expiresMs: number): string {
  if (!isShared) return 'no-store';
  const seconds = Math.floor((Math.min(freshUntilMs, expiresMs) - Date.now()) / 1000);
  return seconds > 0 ? `public, max-age=${seconds}` : 'public, no-cache';
}
