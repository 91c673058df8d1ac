/** Settings of traces, by the names that OpenTelemetry gives them; its SDK reads all others itself. */

import { z } from 'zod';
import { httpAddress } from './kinds.ts';

/** Added to the address of a collector, where it is not one of traces alone. */
const TRACES_PATH = '/v1/traces';

export const TRACE_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddress
    .default('')
    .describe(
      'Collector that traces are sent to, by OTLP over HTTP, such as `http://localhost:4318`; none are where empty. See [operations.md](operations.md#traces).',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpAddress
    .default('')
    .describe(`The same for traces alone, with its path: nothing is added to it.`),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'none'])
    .default('otlp')
    .describe('`none` sends no traces, whatever else is set.'),
  OTEL_SDK_DISABLED: z
    .string()
    .toLowerCase()
    .default('false')
    .describe('`true` sends no traces, either.'),
};

type TraceSettings = {
  readonly [Name in keyof typeof TRACE_SETTINGS]: z.infer<(typeof TRACE_SETTINGS)[Name]>;
};

/** Undefined where no traces are to be sent. */
export function tracesUrlOf(settings: TraceSettings): string | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = settings;
  if (settings.OTEL_SDK_DISABLED === 'true' || settings.OTEL_TRACES_EXPORTER === 'none')
    return undefined;
  return own || (base && base + TRACES_PATH) || undefined;
}
