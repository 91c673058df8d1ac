/** Between a video, a canvas and frames. */

import type { Frame } from './messages.ts';

const scratch = document.createElement('canvas');

/** What the video shows now, or a picture, `side` pixels at its long edge. */
export function capture(source: HTMLVideoElement | ImageBitmap, side: number): Frame {
  const [wide, high] =
    source instanceof ImageBitmap
      ? [source.width, source.height]
      : [source.videoWidth, source.videoHeight];
  const factor = side / Math.max(wide, high);
  scratch.width = Math.max(1, Math.round(wide * factor));
  scratch.height = Math.max(1, Math.round(high * factor));
  const context = scratch.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(source, 0, 0, scratch.width, scratch.height);
  const { width, height, data } = context.getImageData(0, 0, scratch.width, scratch.height);
  return { width, height, data: new Uint8ClampedArray(data) };
}

export function show(canvas: HTMLCanvasElement, { width, height, data }: Frame): void {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
}
