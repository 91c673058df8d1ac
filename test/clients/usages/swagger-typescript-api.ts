/** A program that uses a client by swagger-typescript-api: compiled as it stands by `generators.test.ts`. */

import { Api } from './Api.js';

export async function paint(baseUrl: string, photo: Blob) {
  const { v1 } = new Api({ baseUrl });
  const { data: catalog } = await v1.listStyles();
  const image = new File([photo], 'photo.jpg', { type: photo.type });
  const { data: painting } = await v1.createStylization({
    image,
    style: 'the-scream',
    max_size: 32,
  });
  return { styles: catalog.styles.map(({ id }) => id), painting };
}

/** What the types forbid; the compiler is asked whether they do. */
export function mistakes(image: File) {
  const { v1 } = new Api();
  // @ts-expect-error: a form has a photograph.
  v1.createStylization({ style: 'udnie' });
  // @ts-expect-error: there is no such format.
  v1.createStylization({ image, format: 'bmp' });
}
