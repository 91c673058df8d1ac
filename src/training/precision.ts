/** What activations and gradients are rounded to; weights are always 32-bit. */
export const PRECISIONS = ['float32', 'bfloat16', 'float16'] as const;
export type Precision = (typeof PRECISIONS)[number];
