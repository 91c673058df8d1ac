/** A photograph that a visitor has brought: itself, and smaller copies to work with. */

import type { SampleName } from './samples.ts';

export interface Photo {
  readonly file: Blob;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** For paintings that are not larger than this; spares sending the file at every change. */
  readonly working: Blob;
  /** For trying every style. */
  readonly thumbnail: Blob;
  /** Of the working copy, for showing it. */
  readonly url: string;
  /** Undefined for the visitor's own. */
  readonly sample: SampleName | undefined;
}

/** Long edges in pixels. */
export const WORKING_SIDE = 2048;
const THUMBNAIL_SIDE = 256;

const JPEG_QUALITY = 0.92;

/** Rejects where the browser cannot read the file. Whoever gets one releases it. */
export async function readPhoto(
  file: Blob,
  name: string,
  sample: SampleName | undefined = undefined,
): Promise<Photo> {
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw new Error(`Expected a picture that this browser can show, got "${name}".`, { cause });
  });
  const { width, height } = bitmap;
  const fits = Math.max(width, height) <= WORKING_SIDE;
  const working = fits ? file : await shrunk(bitmap, WORKING_SIDE);
  const thumbnail = await shrunk(bitmap, THUMBNAIL_SIDE);
  bitmap.close();
  const url = URL.createObjectURL(working);
  return { file, name, width, height, working, thumbnail, url, sample };
}

export function releasePhoto({ url }: Photo): void {
  URL.revokeObjectURL(url);
}

/** The first file or picture among what was dropped or pasted. */
export function fileOf(items: DataTransfer | null): File | undefined {
  return [...(items?.files ?? [])].find(({ type }) => type.startsWith('image/'));
}

async function shrunk(bitmap: ImageBitmap, side: number): Promise<Blob> {
  const factor = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((n) =>
    Math.max(1, Math.round(n * factor)),
  );
  const canvas = document.createElement('canvas');
  canvas.width = width!;
  canvas.height = height!;
  const context = canvas.getContext('2d')!;
  // What shows through transparent pixels, as in the painting.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) =>
      blob ? resolve(blob) : reject(new Error('The picture could not be made smaller.'));
    canvas.toBlob(done, 'image/jpeg', JPEG_QUALITY);
  });
}
