/** How a run shows itself: a bar on a terminal, lines elsewhere. */

import { Presets, SingleBar } from 'cli-progress';
import type { Observer } from '../../training/observers.ts';
import type { Iteration } from '../../training/optimize.ts';

const BAR =
  '{bar} step {value}/{total} | {speed} | {eta_formatted} left | content {content} style {style}';

/** Of training; without a terminal, a line per step. */
export function trainingProgress(steps: number): Observer {
  const bar = new SingleBar({ format: BAR, hideCursor: true }, Presets.shades_classic);
  const shown = process.stderr.isTTY === true;
  let [began, before] = [0, 0];
  return {
    start(done) {
      [began, before] = [performance.now(), done];
      if (shown) bar.start(steps, done, { content: '…', style: '…', speed: '…' });
    },
    observe(_, { step, terms, skipped }) {
      const [content, style] = [terms.content.toFixed(3), terms.style.toFixed(4)];
      const seconds = (performance.now() - began) / 1000 / (step - before);
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

const ITERATION_BAR =
  '{bar} iteration {value}/{total} | {eta_formatted} left | content {content} style {style}';

/** Iterations between two lines. */
const LINE_EVERY = 10;

export interface OptimizeProgress {
  update(iteration: Iteration): void;
  stop(): void;
}

/** Of optimization; `say` is for lines where there is no terminal. */
export function optimizeProgress(
  iterations: number,
  say: (line: string) => void,
): OptimizeProgress {
  const bar = new SingleBar({ format: ITERATION_BAR, hideCursor: true }, Presets.shades_classic);
  const shown = process.stderr.isTTY === true;
  return {
    update({ iteration, terms }) {
      const [content, style] = [terms.content.toFixed(3), terms.style.toFixed(4)];
      if (shown && !bar.isActive) bar.start(iterations, iteration, { content, style });
      if (shown) bar.update(iteration, { content, style });
      else if (iteration % LINE_EVERY === 0 || iteration === iterations) {
        say(`iteration ${iteration}/${iterations}: content ${content}, style ${style}`);
      }
    },
    stop: () => bar.stop(),
  };
}
