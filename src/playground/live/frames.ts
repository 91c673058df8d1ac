/** Between a video, a canvas and frames. */

import type { Frame } from './messages.ts';

const scratch = document.createElement('canvas');

/** What the video shows now, `side` pixels at its long edge. */
export function capture(video: HTMLVideoElement, side: number): Frame {
  const factor = side / Math.max(video.videoWidth, video.videoHeight);
  scratch.width = Math.max(1, Math.round(video.videoWidth * factor));
  scratch.height = Math.max(1, Math.round(video.videoHeight * factor));
  const context = scratch.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(video, 0, 0, scratch.width, scratch.height);
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
