/** The use case, bytes to bytes: a photograph and options in, a painting out. */

import { abandonable } from '../concurrency/deadline.ts';
import type { Claim, Slots } from '../concurrency/slots.ts';
import { readHeader } from '../images/header.ts';
import { MEDIA_TYPES, type OutputFormat } from '../pictures/formats.ts';
import type { Extent } from '../pictures/picture.ts';
import type { Spans } from '../telemetry/spans.ts';
import type { StylizeOptions } from './options.ts';
import { type Encoded, type PipelineParts, runPipeline } from './pipeline.ts';
import { planStylization, type StylizerLimits } from './plan.ts';
import { stepRunner } from './steps.ts';

export interface Painting extends Extent, Encoded {
  readonly mediaType: string;
}

export interface StylizeContext {
  readonly signal: AbortSignal;
  readonly spans: Spans;
  /** Formats the caller takes, best first. */
  readonly formats: readonly OutputFormat[];
  /** Who waits for it, and until when; work without waits for a slot however long it takes. */
  readonly waiter?: Omit<Claim, 'size'>;
  /** Whose paintings may answer this, where paintings are kept; everybody's where absent. */
  readonly tenant?: string;
}

export interface Stylizer {
  /** Rejects with a `ProblemError`, or with the signal's reason where it aborts. */
  stylize(file: Uint8Array, options: StylizeOptions, context: StylizeContext): Promise<Painting>;
}

export interface StylizerParts extends PipelineParts {
  readonly slots: Slots;
  /** For pictures that are painted in strips, or take much memory to decode. */
  readonly largeSlots: Slots;
  /** For headers, which have to be known before there can be a claim. */
  readonly headerSlots: Slots;
  readonly limits: StylizerLimits;
}

export function createStylizer(parts: StylizerParts): Stylizer {
  const { limits, headerSlots } = parts;
  return {
    async stylize(file, options, { signal, spans, formats, waiter }) {
      const step = stepRunner(signal, spans);
      const claim = (size: number) => waiter && { ...waiter, size };
      const read = () => step('header', () => readHeader(file, limits));
      const header = await abandonable(signal, headerSlots.run(signal, read, claim(1)));
      const plan = planStylization(header, options, formats, limits);
      const queued = performance.now();
      const paint = async (): Promise<Painting> => {
        spans.add('queue', performance.now() - queued);
        const encoded = await runPipeline(file, plan, parts, step, signal);
        return { ...encoded, mediaType: MEDIA_TYPES[encoded.format], ...plan.output };
      };
      const slots = plan.isLarge ? parts.largeSlots : parts.slots;
      // The caller is answered at once; the slot is freed when the step under way has ended.
      return abandonable(signal, slots.run(signal, paint, claim(plan.workSize)));
    },
  };
}
