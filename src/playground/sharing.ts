/** Handing a painting on by what the visitor's device has for it: to people, and to other programs. */

import type { Painting } from './painting.ts';

/** Phones and tablets, mostly: elsewhere people look for a link to copy. */
export function canShare(): boolean {
  return 'share' in navigator && matchMedia('(pointer: coarse)').matches;
}

/** The painting as a file of that name, with a link to what it was painted with; the link alone where files cannot be handed on. */
export async function share({ url, totalMs }: Painting, name: string): Promise<void> {
  const link = linkData(location.href);
  const withFile = totalMs === undefined ? link : { ...link, files: [await fileAt(url, name)] };
  await handOn(navigator.canShare(withFile) ? withFile : link);
}

export function shareLink(url: string): Promise<void> {
  return handOn(linkData(url));
}

function linkData(url: string) {
  return { title: 'Impasto', url };
}

async function handOn(data: ShareData): Promise<void> {
  await navigator.share(data).catch((error: unknown) => {
    // Whoever changes their mind has not been failed.
    if ((error as Error).name !== 'AbortError') throw error;
  });
}

async function fileAt(url: string, name: string): Promise<File> {
  const blob = await (await fetch(url)).blob();
  return new File([blob], name, { type: blob.type });
}
