/** How a training run shows itself: a live bar, a CSV log, TensorBoard, sample pictures. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { loadTensorflow } from '../../engines/tensorflow/module.ts';
import type { Engine } from '../../network/engine.ts';
import { paintSample } from '../../styles/import.ts';
import type { StepReport, TrainingState } from '../../training/trainer.ts';
import { writeOutput } from '../outputs.ts';

/** Told of every step; `save` where what it holds is to be on disk. */
export interface Observer {
  observe(state: TrainingState, report: StepReport): Promise<void> | void;
  save?(): Promise<void> | void;
  stop?(): void;
}

const BAR =
  '{bar} step {value}/{total} | {speed} | {eta_formatted} left | content {content} style {style}';

/** A bar on a terminal, a line per step elsewhere. */
export function progressBar(steps: number, done: number): Observer {
  const bar = new SingleBar({ format: BAR, hideCursor: true }, Presets.shades_classic);
  const shown = process.stderr.isTTY === true;
  const started = performance.now();
  if (shown) bar.start(steps, done, { content: '…', style: '…', speed: '…' });
  return {
    observe(_, { step, terms, skipped }) {
      const [content, style] = [terms.content.toFixed(3), terms.style.toFixed(4)];
      const seconds = (performance.now() - started) / 1000 / (step - done);
      const speed = `${seconds.toFixed(2)} s a step`;
      if (shown) bar.update(step, { content, style, speed });
      else {
        const note = skipped ? ', skipped: gradients overflowed' : '';
        console.log(`step ${step}/${steps}: content ${content}, style ${style}, ${speed}${note}`);
      }
    },
    stop: () => bar.stop(),
  };
}

const COLUMNS = {
  step: ({ step }) => step,
  total: ({ total }) => total,
  content: ({ terms }) => terms.content,
  style: ({ terms }) => terms.style,
  total_variation: ({ terms }) => terms.totalVariation,
  out_of_range: ({ terms }) => terms.outOfRange,
  content_weight: ({ lossWeights }) => lossWeights.content,
  style_weight: ({ lossWeights }) => lossWeights.style,
  gradient_norm: ({ gradientNorm }) => gradientNorm,
  learning_rate: ({ learningRate }) => learningRate,
  loss_scale: ({ lossScale }) => lossScale,
} satisfies Record<string, (report: StepReport) => number>;

/** One row per step; after a resumption, of the steps since. */
export function csvLog(path: string): Observer {
  const rows = [Object.keys(COLUMNS).join()];
  return {
    observe(_, report) {
      rows.push(
        Object.values(COLUMNS)
          .map((value) => value(report))
          .join(),
      );
    },
    save: () => writeOutput(path, `${rows.join('\n')}\n`),
  };
}

/** Event files that TensorBoard shows as curves. */
export function tensorboard(
  tensorflow: Awaited<ReturnType<typeof loadTensorflow>>,
  folder: string,
): Observer {
  const writer = tensorflow.node.summaryFileWriter(folder);
  return {
    observe(_, report) {
      for (const [name, value] of Object.entries(COLUMNS)) {
        if (name !== 'step') writer.scalar(name, value(report), report.step);
      }
    },
    save: () => writer.flush(),
  };
}

/** The sample picture as the moving average paints it, every so many steps. */
export function samplePictures(folder: string, every: number, engine: Engine): Observer {
  return {
    async observe({ average }, { step }) {
      if (step % every !== 0) return;
      await mkdir(folder, { recursive: true });
      const name = `step-${String(step).padStart(6, '0')}.jpg`;
      await writeOutput(join(folder, name), await paintSample(engine, average));
    },
  };
}

/** At most this many rows of a run go into a style's manifest. */
const KEPT_LOSSES = 80;

/** Step, content and style, thinned out evenly. */
export function lossHistory(): Observer & { losses(): [number, number, number][] } {
  const all: [number, number, number][] = [];
  return {
    observe(_, { step, terms }) {
      all.push([step, rounded(terms.content), rounded(terms.style)]);
    },
    losses() {
      const stride = Math.ceil(all.length / KEPT_LOSSES);
      return all.filter((_, i) => (all.length - 1 - i) % stride === 0);
    },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
