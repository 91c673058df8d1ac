/** Who is told of every step of a training run: logs, TensorBoard, sample pictures, the style's card. */

import { memoized } from '../concurrency/memoized.ts';
import { loadTensorflow } from '../engines/tensorflow/module.ts';
import { resize } from '../images/resize.ts';
import type { Engine } from '../network/engine.ts';
import { fitted } from '../pictures/picture.ts';
import { paintedJpeg, paintSample, samplePicture } from '../styles/import.ts';
import type { StepReport, TrainingState } from './trainer.ts';

type TensorFlow = Awaited<ReturnType<typeof loadTensorflow>>;

export interface Observer {
  /** Before the first step of this run; `done` steps were done by runs before it. */
  start?(done: number): Promise<void> | void;
  observe(state: TrainingState, report: StepReport): Promise<void> | void;
  /** What it holds is to be where it belongs; more steps may follow. */
  save?(): Promise<void> | void;
  /** No further steps follow, whether the run is done or has failed. */
  stop?(): void;
}

const COLUMNS = {
  step: ({ step }) => step,
  total: ({ total }) => total,
  content: ({ terms }) => terms.content,
  style: ({ terms }) => terms.style,
  total_variation: ({ terms }) => terms.totalVariation,
  out_of_range: ({ terms }) => terms.outOfRange,
  lattice: ({ terms }) => terms.lattice,
  halo: ({ terms }) => terms.halo,
  content_weight: ({ lossWeights }) => lossWeights.content,
  style_weight: ({ lossWeights }) => lossWeights.style,
  gradient_norm: ({ gradientNorm }) => gradientNorm,
  learning_rate: ({ learningRate }) => learningRate,
  loss_scale: ({ lossScale }) => lossScale,
} satisfies Record<string, (report: StepReport) => number>;

/** One row of comma-separated values per step; after a resumption, of the steps since. */
export function csvLog(write: (text: string) => Promise<void>): Observer {
  const rows = [Object.keys(COLUMNS).join()];
  return {
    observe(_, report) {
      rows.push(
        Object.values(COLUMNS)
          .map((value) => value(report))
          .join(),
      );
    },
    save: () => write(`${rows.join('\n')}\n`),
  };
}

/** Event files in a folder that TensorBoard shows as curves. */
export function tensorboard(folder: string): Observer {
  let writer: ReturnType<TensorFlow['node']['summaryFileWriter']> | undefined;
  return {
    async start() {
      writer = (await loadTensorflow()).node.summaryFileWriter(folder);
    },
    observe(_, report) {
      for (const [name, value] of Object.entries(COLUMNS)) {
        if (name !== 'step') writer?.scalar(name, value(report), report.step);
      }
    },
    save: () => writer?.flush(),
  };
}

/** The sample picture as the moving average paints it, every so many steps, as a JPEG. */
export function samplePictures(
  every: number,
  engine: Engine,
  write: (step: number, jpeg: Uint8Array) => Promise<void>,
): Observer {
  return {
    async observe({ average }, { step }) {
      if (step % every === 0) await write(step, await paintSample(engine, average));
    },
  };
}

/** Long edge of a picture that is shown while a run goes on, in pixels: enough to see strokes, and quick. */
const SHOWN_SIZE = 256;

/** The sample picture, small, as the moving average paints it: after the first step, and then so often. */
export function previewPictures(
  everyMs: number,
  engine: Engine,
  show: (step: number, jpeg: Uint8Array) => Promise<void> | void,
): Observer {
  const small = memoized(async () => {
    const picture = await samplePicture();
    return resize(picture, fitted(picture, SHOWN_SIZE));
  });
  let nextMs = 0;
  return {
    async observe({ average }, { step }) {
      if (performance.now() < nextMs) return;
      await show(step, await paintedJpeg(engine, average, await small()));
      nextMs = performance.now() + everyMs;
    },
  };
}

/** At most this many rows of a run go into a style's manifest. */
const KEPT_LOSSES = 80;

/** Step, content and style of single steps. */
export type Losses = [step: number, content: number, style: number][];

/** Remembers losses, thinned out evenly. */
export function lossHistory(): Observer & { losses(): Losses } {
  const all: Losses = [];
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
