/** The losses of a training run as a drawing. */

import { lineChart } from './line-chart.ts';
import type { StyleManifest } from './manifest.ts';

type Losses = NonNullable<StyleManifest['training']>['losses'];

/** An SVG with one line per loss over the steps. At least two steps. */
export function lossCurve(losses: Losses): string {
  const lines = [
    { name: 'content loss', points: losses.map(([step, content]) => [step, content] as const) },
    { name: 'style loss', points: losses.map(([step, , style]) => [step, style] as const) },
  ];
  const title = 'Content loss and style loss over the steps of the training';
  return lineChart({ title, lines, xLabel: 'step', xScale: 'linear' });
}
