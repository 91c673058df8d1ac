/** Trained weights -> a style of the models folder that both engines paint alike. */

import { createEngine } from '../engines/create.ts';
import type { Weights } from '../network/weights.ts';
import { engineDifference, importStyle, type StyleDescription } from '../styles/import.ts';
import type { StyleManifest } from '../styles/manifest.ts';

/** How far paintings of the two engines may be apart, of 255. */
const ENGINE_TOLERANCE = 2;

export interface PublishedStyle {
  readonly manifest: StyleManifest;
  /** The largest difference between paintings of the two engines, of 255. */
  readonly engineDifference: number;
}

/**
 * Writes the style and paints with what was written through both engines. Throws where they differ;
 * rejects with an `EngineUnavailableError` where TensorFlow is not installed.
 */
export async function publishStyle(
  weights: Weights,
  description: StyleDescription,
  { modelsDir, threads }: { readonly modelsDir: string; readonly threads: number },
): Promise<PublishedStyle> {
  const [onnx, tensorflow] = await Promise.all([
    createEngine('onnx', { threads }),
    createEngine('tensorflow', { threads }),
  ]);
  const manifest = await importStyle(weights, description, modelsDir, onnx);
  const difference = await engineDifference(manifest.id, modelsDir, [onnx, tensorflow]);
  if (difference > ENGINE_TOLERANCE) {
    throw new Error(`The engines paint ${manifest.id} differently, by up to ${difference} of 255.`);
  }
  return { manifest, engineDifference: difference };
}
