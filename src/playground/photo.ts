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

/** What to send for a painting of this size: the file itself only where the copy has too few pixels. */
export function fileFor({ file, working }: Photo, maxSize: number | undefined): Blob {
  return (maxSize ?? Number.POSITIVE_INFINITY) <= WORKING_SIDE ? working : file;
}

/** Width and height of a painting whose long edge is at most `maxSize` pixels. */
export function sizeWithin(
  { width, height }: Pick<Photo, 'width' | 'height'>,
  maxSize: number | undefined,
): [width: number, height: number] {
  const factor = Math.min(1, (maxSize ?? Number.POSITIVE_INFINITY) / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * factor));
  return [scaled(width), scaled(height)];
}

/** What was dropped or pasted: a picture or a video, or the address of a picture. */
export function broughtBy(items: DataTransfer | null): File | URL | undefined {
  const file = [...(items?.files ?? [])].find(({ type }) => /^(?:image|video)\//.test(type));
  return file ?? addressIn(items?.getData('text/uri-list') || items?.getData('text/plain') || '');
}

function addressIn(text: string): URL | undefined {
  const line = text.trim().split('\n')[0]!.trim();
  return /^https?:/i.test(line) && URL.canParse(line) ? new URL(line) : undefined;
}

/** Of any picture that the browser can show. */
export async function thumbnailOf(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  const thumbnail = await shrunk(bitmap, THUMBNAIL_SIDE);
  bitmap.close();
  return thumbnail;
}

async function shrunk(bitmap: ImageBitmap, side: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = sizeWithin(bitmap, side);
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
