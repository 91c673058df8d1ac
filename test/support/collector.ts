/** A collector of traces, as far as OTLP over HTTP with JSON goes: https://opentelemetry.io/docs/specs/otlp/ */

import { z } from 'zod';
import { serveLocally } from './receiver.ts';

const attributeSchema = z.object({
  key: z.string(),
  value: z.record(z.string(), z.unknown()).transform((value) => Object.values(value)[0]),
});

const attributesSchema = z
  .array(attributeSchema)
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: attributesSchema,
  status: z.object({ code: z.int() }),
});

const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

export type CollectedSpan = z.infer<typeof spanSchema>;

/** Numbers of OTLP. */
export const SPAN_KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
export const ERROR_STATUS = 2;

export interface Collector {
  readonly url: string;
  /** What it was sent, as it came. */
  readonly bodies: string[];
  readonly spans: () => CollectedSpan[];
  /** Attributes of those who have sent. */
  readonly resources: () => Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const { url, close } = await serveLocally(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    if (request.method === 'POST' && request.url === '/v1/traces') bodies.push(body);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  const sent = () => bodies.flatMap((body) => requestSchema.parse(JSON.parse(body)).resourceSpans);
  return {
    url,
    close,
    bodies,
    spans: () => sent().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resources: () => sent().map(({ resource }) => resource.attributes),
  };
}

export interface Branch {
  readonly span: CollectedSpan;
  readonly depth: number;
}

/** From the roots down, spans of one parent by the time of their beginning. A root's parent is not among the spans. */
export function treeOf(spans: readonly CollectedSpan[]): Branch[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const ordered = spans.toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
  const below = (parent: string | undefined, depth: number): Branch[] =>
    ordered
      .filter(({ parentSpanId = '' }) =>
        parent === undefined ? !known.has(parentSpanId) : parentSpanId === parent,
      )
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}

/** One line for each span, indented by its depth. */
export function outlineOf(spans: readonly CollectedSpan[]): string[] {
  return treeOf(spans).map(
    ({ span: { name, kind }, depth }) => `${'  '.repeat(depth)}${name} (${SPAN_KINDS[kind]})`,
  );
}
