/** The photograph that is on the easel: the sample, until a visitor brings one. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { type Photo, readPhoto, releasePhoto } from './photo.ts';
import { FIRST_SAMPLE, type SampleName, sampleUrl } from './samples.ts';

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
      (error: Error) => isNewest() && onProblem(error.message),
    );
  };

  useEffect(() => bring(readSample(FIRST_SAMPLE)), []);
  useEffect(() => (photo ? () => releasePhoto(photo) : undefined), [photo]);
  return [photo, bring];
}

/** Rejects where it cannot be fetched. */
export async function readSample(sample: SampleName): Promise<Photo> {
  const answer = await fetch(sampleUrl(sample));
  if (!answer.ok) throw new Error(`The sample could not be fetched: ${answer.status}.`);
  return readPhoto(await answer.blob(), `${sample}.jpg`, sample);
}
