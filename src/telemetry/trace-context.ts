/** Which trace work belongs to, in this process and on its way to others: https://www.w3.org/TR/trace-context/ */

import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

/** As requests and messages carry it. */
export interface TraceHeaders {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** Version, trace, parent, flags; a later version may have more behind them. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

const VERSION = '00';

/** Without it, work that awaits forgets which trace it belongs to. */
export function keepTraceContexts(): void {
  context.setGlobalContextManager(asyncContexts());
}

/** Work in the trace that the headers tell of; in none where they do not, or not as the standard has it. */
export function continueTrace<T>(headers: TraceHeaders, work: () => T): T {
  const parent = spanContextOf(headers);
  return context.with(parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT, work);
}

/** Work that outlives whoever happened to begin it, such as that of a queue. */
export function outsideTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** What tells others of the trace that is under way; empty where there is none. */
export function traceHeaders(): TraceHeaders {
  const found = current();
  if (found === undefined) return {};
  const { traceId, spanId, traceFlags, traceState } = found;
  const flags = traceFlags.toString(16).padStart(2, '0');
  const tracestate = traceState?.serialize();
  return {
    traceparent: `${VERSION}-${traceId}-${spanId}-${flags}`,
    ...(tracestate && { tracestate }),
  };
}

/** As log lines name it: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/ */
export function traceIds(): { readonly trace_id?: string; readonly span_id?: string } {
  const found = current();
  return found ? { trace_id: found.traceId, span_id: found.spanId } : {};
}

function current(): SpanContext | undefined {
  const found = trace.getSpanContext(context.active());
  return found && isSpanContextValid(found) ? found : undefined;
}

function spanContextOf({ traceparent = '', tracestate }: TraceHeaders): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] =
    TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === VERSION && more)) return undefined;
  const found = {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    ...(tracestate && { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(found) ? found : undefined;
}

function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...given) =>
      storage.run(active, () => work.call(self as ThisParameterType<typeof work>, ...given)),
    bind: (active, target) =>
      typeof target === 'function'
        ? (storage.run(active, () => AsyncLocalStorage.bind(target as () => void)) as typeof target)
        : target,
    enable: () => manager,
    disable: () => {
      storage.disable();
      return manager;
    },
  };
  return manager;
}
