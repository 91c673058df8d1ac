/** A program that uses openapi-fetch with the types of openapi-typescript: compiled as it stands by `generators.test.ts`. */

import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

export async function paint(baseUrl: string, photo: Blob) {
  const client = createClient<paths>({ baseUrl });
  const { data: catalog } = await client.GET('/v1/styles');
  const { data: painting, error } = await client.POST('/v1/stylizations', {
    body: { image: photo, style: 'the-scream', max_size: 32 },
    bodySerializer: asForm,
    parseAs: 'blob',
  });
  if (error) throw new Error(error.detail);
  return { styles: catalog?.styles.map(({ id }) => id), painting };
}

function asForm(fields: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    form.append(name, value instanceof Blob ? value : String(value));
  }
  return form;
}

/** What the types forbid; the compiler is asked whether they do. */
export function mistakes(photo: Blob) {
  const client = createClient<paths>();
  // @ts-expect-error: a form has a photograph.
  void client.POST('/v1/stylizations', { body: { style: 'udnie' } });
  // @ts-expect-error: there is no such format.
  void client.POST('/v1/stylizations', { body: { image: photo, format: 'bmp' } });
}
