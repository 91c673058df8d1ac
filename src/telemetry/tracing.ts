/** Spans: what a trace is made of. They cost next to nothing where nobody has traces exported. */

import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ProblemError } from '../errors.ts';

/** Nothing that may open a door goes into one: no query, signature or key. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** Within this process where absent. */
  readonly kind?: keyof typeof KINDS;
  readonly attributes?: Attributes;
  /** Every error is one where absent. */
  readonly isFailure?: (error: unknown) => boolean;
}

export interface OpenSpan {
  readonly rename: (name: string) => void;
  readonly set: (attributes: Attributes) => void;
  /** Says what kind of error it was. Messages are left out: they may repeat what a caller has sent. */
  readonly fail: (errorType: string) => void;
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const SCOPE = 'impasto';

/** Runs the work in a span of its own, below the one that is under way; a rejection is noted in it. */
export async function inSpan<T>(
  name: string,
  { kind = 'internal', attributes = {}, isFailure = () => true }: SpanOptions,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const span = trace.getTracer(SCOPE).startSpan(name, { kind: KINDS[kind], attributes });
  return context.with(trace.setSpan(context.active(), span), async () => {
    const open = opened(span);
    try {
      return await work(open);
    } catch (error) {
      if (isFailure(error)) open.fail(errorTypeOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Whether what is done now belongs to a trace. */
export function isInTrace(): boolean {
  return trace.getSpanContext(context.active()) !== undefined;
}

/** Notes a span that has just ended. */
export function pastSpan(name: string, durationMs: number): void {
  const endTime = Date.now();
  trace
    .getTracer(SCOPE)
    .startSpan(name, { startTime: endTime - durationMs })
    .end(endTime);
}

function opened(span: Span): OpenSpan {
  return {
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    fail(errorType) {
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
  };
}

function errorTypeOf(error: unknown): string {
  if (error instanceof ProblemError) return error.type;
  return error instanceof Error ? error.name : '_OTHER';
}
