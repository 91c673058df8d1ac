/** A painting to take away: in another format, size or quality than the one that is shown. */

import { OUTPUT_FORMATS, type OutputFormat } from '../pictures/formats.ts';
import { paint } from './paint.ts';
import type { Photo } from './photo.ts';
import { mixText, type Settings } from './settings.ts';
import type { WireJob } from './wire.ts';

export { OUTPUT_FORMATS, type OutputFormat };

export interface Wish {
  readonly format: OutputFormat;
  /** Long edge in pixels; undefined for the photograph's own. */
  readonly maxSize: number | undefined;
  /** 1 to 100; undefined for what is usual for the format. */
  readonly quality: number | undefined;
}

/** What browsers show beside each format. */
export const FORMAT_TITLES: Readonly<Record<OutputFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG, without loss',
  webp: 'WebP',
  avif: 'AVIF',
};

/** Paints it and hands it to the browser. Rejects as {@link paint} does. */
export async function download(
  photo: Photo,
  settings: Settings,
  wish: Wish,
  signal: AbortSignal,
  onProgress: (job: WireJob) => void,
): Promise<void> {
  const wished = { ...settings, maxSize: wish.maxSize, quality: wish.quality };
  const { blob } = await paint(photo, wished, signal, onProgress, wish.format);
  save(blob, fileName(photo.name, settings, wish.format));
}

/** After the photograph and the style that it was painted in. */
export function fileName(photo: string, { mix }: Settings, format: OutputFormat): string {
  const stem = photo.replace(/\.[^.]*$/, '') || 'painting';
  return styledName(stem, mix, format === 'jpeg' ? 'jpg' : format);
}

export function styledName(stem: string, mix: Settings['mix'], extension: string): string {
  return `${stem}-${mixText(mix).replaceAll(/[:,]/g, '-')}.${extension}`;
}

/** Hands a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Browsers have begun with it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
