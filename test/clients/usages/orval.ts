/** A program that uses a client by orval: compiled as it stands by `generators.test.ts`. */

import { createStylization, listStyles } from './client.js';

export async function paint(_: string, photo: Blob) {
  const catalog = await listStyles();
  const answer = await createStylization({ image: photo, style: 'the-scream', max_size: 32 });
  if (answer.status !== 200) throw new Error(String(answer.status));
  const painting: Blob = answer.data;
  return { styles: catalog.status === 200 && catalog.data.styles.map(({ id }) => id), painting };
}

/** What the types forbid; the compiler is asked whether they do. */
export function mistakes(photo: Blob) {
  // @ts-expect-error: a form has a photograph.
  createStylization({ style: 'udnie' });
  // @ts-expect-error: there is no such format.
  createStylization({ image: photo, format: 'bmp' });
}
