/**
 * The steps from a photograph's bytes to its painting's. They are the same wherever its pictures lie:
 * the plan says whether that is memory or files.
 */

import type { HeicDecoder } from '../images/heic/heic.ts';
import type { Source } from '../images/open.ts';
import { firstSuitable, type OutputFormat } from '../pictures/formats.ts';
import type { Extent } from '../pictures/picture.ts';
import type { Sessions } from '../styles/sessions.ts';
import type { Canvas } from './canvas.ts';
import { laidOver, paintCoarseToFine, visible } from './coarse-to-fine.ts';
import { withFileCanvas } from './file-canvas.ts';
import { memoryCanvas } from './memory-canvas.ts';
import type { Plan } from './plan.ts';
import { inSteps, type Step } from './steps.ts';

export interface PipelineParts {
  readonly sessions: Sessions;
  readonly heic: HeicDecoder;
  /** Where pictures lie that do not fit in memory. */
  readonly scratchFolder: string;
}

export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: OutputFormat;
}

/** Rejects with a `ProblemError`, or with the signal's reason where it aborts. */
export async function runPipeline(
  file: Uint8Array,
  plan: Plan,
  { sessions, heic, scratchFolder }: PipelineParts,
  step: Step,
  signal: AbortSignal,
): Promise<Encoded> {
  const { header, options } = plan;
  const unpacked =
    header.format === 'heic' ? await step('unpack', () => heic.toTiff(file, header, signal)) : file;
  const paintOn = <P extends Extent, A>(canvas: Canvas<P, A>) =>
    stylizeOn(inSteps(canvas, step), { file: unpacked, header }, plan, step);
  return plan.isOnDisk
    ? withFileCanvas(plan, { sessions, scratchFolder }, signal, paintOn)
    : paintOn(memoryCanvas(sessions, options.style));
}

/** Decode, resize and paint at each level, resize back, combine, encode. */
async function stylizeOn<P extends Extent, A>(
  canvas: Canvas<P, A>,
  source: Source,
  { options, output, levels, formats }: Plan,
  step: Step,
): Promise<Encoded> {
  const { picture: photo, alpha } = await canvas.decode(source, output);
  const hasAlpha = alpha !== undefined;
  const painting = await paintCoarseToFine(photo, levels, options.detail, canvas, (level, work) =>
    levels.length === 1 ? work() : step(`level-${level}`, work),
  );
  const sized = await canvas.resize(painting, output);
  const painted = await laidOver(sized, photo, visible(options, hasAlpha), canvas);
  const format = firstSuitable(formats, hasAlpha) ?? 'png';
  const bytes = await canvas.encode(painted, alpha, { format, quality: options.quality });
  return { bytes, format };
}
