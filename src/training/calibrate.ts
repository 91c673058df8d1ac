/** 8 bits for a style that was just learned, with the photographs that were practiced on. */

import { onnxEngine } from '../engines/onnx/engine.ts';
import type { DecodeLimits } from '../images/header.ts';
import { type ReadImage, readSample } from '../images/read.ts';
import { openCatalog } from '../styles/catalog.ts';
import type { StyleManifest } from '../styles/manifest.ts';
import { INT8_SAMPLES, type Int8Difference, quantizeStyle } from '../styles/quantize.ts';

export interface CalibrationOptions {
  /** In which the style lies. */
  readonly modelsDir: string;
  readonly threads: number;
  readonly limits: DecodeLimits;
}

/** Every other photograph, and those between to measure on. Undefined where there are too few. */
export async function calibrateLearned(
  style: StyleManifest,
  photographs: readonly ReadImage[],
  { modelsDir, threads, limits }: CalibrationOptions,
): Promise<Int8Difference | undefined> {
  const [practiced, others] = [0, 1].map((rest) =>
    photographs.filter((_, i) => i % 2 === rest),
  ) as [ReadImage[], ReadImage[]];
  if (others.length === 0) return undefined;
  const { practice, check } = INT8_SAMPLES;
  const pictures = {
    practice: await readSample(practiced, practice.most, practice.size, limits),
    check: await readSample(others, check.most, check.size, limits),
  };
  const loaded = await (await openCatalog(modelsDir)).load(style);
  return (await quantizeStyle(style, loaded, pictures, onnxEngine({ threads }), modelsDir)).int8;
}
