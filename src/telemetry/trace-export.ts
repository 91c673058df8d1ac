/**
 * Traces to a collector, by OTLP over HTTP. To be imported where there is one: the SDK is larger than all that is
 * needed without it. What it can be told in other variables it reads from the environment itself:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */

import { type DiagLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Log } from './log.ts';

export interface TraceExport {
  /** Resolves when what has ended so far is sent, or cannot be. */
  flush(): Promise<void>;
  /** The same, for the last time. */
  stop(): Promise<void>;
}

/** `ExportResultCode.SUCCESS` of the SDK, which has it in a package of its own. */
const SUCCESS = 0;

/** Sends every span to the URL; what cannot be sent is told of once and dropped. */
export function exportTraces(url: string, log: Log): TraceExport {
  diag.setLogger(toldOnce(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': 'impasto',
          'service.instance.id': crypto.randomUUID(),
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(forgiving(new OTLPTraceExporter({ url }), log))],
  });
  trace.setGlobalTracerProvider(provider);
  const told = (err: unknown) => log.warn({ err }, 'traces were not sent in time');
  return {
    flush: () => provider.forceFlush().catch(told),
    async stop() {
      trace.disable();
      await provider.shutdown().catch(told);
      diag.disable();
    },
  };
}

/** The exporter, with a log line when it stops working and when it works again, and none in between. */
function forgiving(exporter: SpanExporter, log: Log): SpanExporter {
  let works = true;
  return {
    export(spans, done) {
      exporter.export(spans, ({ code, error: err }) => {
        if (works && code !== SUCCESS) {
          log.warn({ err }, 'traces cannot be sent: they are dropped until they can');
        }
        if (!works && code === SUCCESS) log.info({}, 'traces are sent again');
        works = code === SUCCESS;
        done({ code: SUCCESS });
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** What the SDK has to say, once each, whatever the numbers in it. */
function toldOnce(log: Log): DiagLogger {
  const known = new Set<string>();
  const tell = (message: string) => {
    const text = message.replaceAll(/\d+/g, '');
    if (known.has(text)) return;
    known.add(text);
    log.warn({}, `OpenTelemetry: ${message}`);
  };
  return { error: tell, warn: tell, info() {}, debug() {}, verbose() {} };
}
