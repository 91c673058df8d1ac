/** A trace as a tree, and what tracing costs. */

import type { TraceResults } from '../../test/bench/trace.ts';

export function traceTree({ machine, spans, medianMs }: TraceResults): string {
  const names = spans.map(({ depth, name }) => '  '.repeat(depth) + name);
  const width = Math.max(...names.map(({ length }) => length));
  const lines = spans.map(({ kind, startMs, durationMs, status }, i) =>
    [
      names[i]!.padEnd(width),
      kind.padEnd('internal'.length),
      `${startMs.toFixed(1)} ms`.padStart(10),
      `${durationMs.toFixed(1)} ms`.padStart(10),
      status ?? '',
    ]
      .join('  ')
      .trimEnd(),
  );
  return [
    'The trace of a job that was asked for with the address of a photograph, 1024 x 1024, and of its webhook, as a collector',
    'got it: span, kind, begin, duration, and status of HTTP (`npm run bench:trace`).',
    '',
    '```text',
    ...lines,
    '```',
    '',
    `A request that does next to nothing takes a caller ${medianMs.without} ms without metrics and traces, ${medianMs.metrics} ms with metrics, and`,
    `${medianMs.sent} ms with both, where the traces are sent (medians; ${machine}).`,
  ].join('\n');
}
