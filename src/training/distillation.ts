/** What a distillation is told, and the values that were found to work. */

export interface DistillationOptions {
  readonly steps: number;
  readonly batch: number;
  /** Side of the square crops in pixels. */
  readonly crop: number;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  readonly seed: number;
}

export const DISTILLATION: DistillationOptions = {
  steps: 600,
  batch: 4,
  crop: 192,
  learningRate: 3e-3,
  seed: 0,
};
