/** The memory in which kernels compute. */

import { type PixelKernels, pixelKernels, SLACK_BYTES } from './kernels.ts';

export interface PixelRoom {
  readonly kernels: PixelKernels;
  /** The address of so many bytes, which may be read and written up to {@link SLACK_BYTES} beyond their end. */
  take(byteCount: number): number;
  /** Those bytes; holds until more are taken. */
  view(address: number, byteCount: number): Uint8Array;
  /** Gives back all that was taken. */
  clear(): void;
}

const PAGE_BYTES = 2 ** 16;

export function pixelRoom(): PixelRoom {
  const kernels = pixelKernels();
  const { memory } = kernels;
  let taken = 0;
  return {
    kernels,
    take(byteCount) {
      const address = taken;
      taken = roundedUp(address + byteCount + SLACK_BYTES, SLACK_BYTES);
      const missing = taken - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return address;
    },
    view: (address, byteCount) => new Uint8Array(memory.buffer, address, byteCount),
    clear() {
      taken = 0;
    },
  };
}

function roundedUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
