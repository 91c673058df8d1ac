/** The photograph that is on the easel: the sample, until a visitor brings one. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { asJpeg, KeyError } from './api.ts';
import { reach } from './connection.ts';
import { type Photo, readPhoto, releasePhoto, WORKING_SIDE } from './photo.ts';
import { FIRST_SAMPLE, type SampleName, sampleUrl } from './samples.ts';
import { sharedPainting } from './shared-painting.ts';

/** The photograph, and how to bring another one. What goes wrong is told. */
export function usePhoto(
  onProblem: (problem: string | undefined) => void,
): [photo: Photo | undefined, bring: (reading: Promise<Photo>) => void] {
  const [photo, setPhoto] = useState<Photo>();
  const newest = useRef(0);

  /** Of several that are read at the same time, the one that was brought last is shown. */
  const bring = (reading: Promise<Photo>): void => {
    newest.current += 1;
    const number = newest.current;
    const isNewest = () => number === newest.current;
    onProblem(undefined);
    reading.then(
      (read) => (isNewest() ? setPhoto(read) : releasePhoto(read)),
      (error: Error) => isNewest() && !(error instanceof KeyError) && onProblem(error.message),
    );
  };

  /** A link to what is there no longer still leads to something. */
  const sampleInstead = (error: Error): Promise<Photo> => {
    onProblem(error.message);
    return readSample(FIRST_SAMPLE);
  };
  useEffect(() => {
    const shared = sharedPainting(location.search);
    bring(shared ? readPhotoAt(shared.source).catch(sampleInstead) : readSample(FIRST_SAMPLE));
  }, []);
  useEffect(() => (photo ? () => releasePhoto(photo) : undefined), [photo]);
  return [photo, bring];
}

/** Rejects where it cannot be fetched. */
export async function readSample(sample: SampleName): Promise<Photo> {
  const answer = await reach(() => fetch(sampleUrl(sample)));
  if (!answer.ok) throw new Error(`The sample could not be fetched: ${answer.status}. Try again.`);
  return readPhoto(await answer.blob(), `${sample}.jpg`, sample);
}

/** What the browser cannot read, such as TIFF, the server may. Rejects where it cannot either. */
export async function readAnyPhoto(file: Blob, name: string): Promise<Photo> {
  try {
    return await readPhoto(file, name);
  } catch {
    const jpeg = await asJpeg(file, WORKING_SIDE).catch((cause: unknown) => {
      if (cause instanceof KeyError) throw cause;
      throw new Error(`"${name}" cannot be painted. ${(cause as Error).message}`, { cause });
    });
    return readPhoto(jpeg, name);
  }
}

/** The server fetches it: pages may not read what other servers have. */
export async function readPhotoAt(url: URL): Promise<Photo> {
  const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '') || url.hostname;
  return readPhoto(await asJpeg(url, WORKING_SIDE), name);
}
