/** A program that uses a client by Kubb: compiled as it stands by `generators.test.ts`. */

import { type Client, fetch as viaJson } from './client/.kubb/fetch.js';
import { createStylization } from './client/clients/createStylization.js';
import { listStyles } from './client/clients/listStyles.js';

/** Kubb's own client reads every answer as JSON, whatever `responseType` says. */
const asBlob: Client = async <T>({ baseURL = '', url = '', data }: Parameters<Client>[0]) => {
  const { status, statusText, headers, ...answer } = await sent(`${baseURL}${url}`, data);
  return { data: (await answer.blob) as T, status, statusText, headers };
};

async function sent(url: string, data: unknown) {
  const answer = await fetch(url, { method: 'POST', body: data as FormData });
  const { status, statusText, headers } = answer;
  return { status, statusText, headers, blob: answer.blob() };
}

export async function paint(baseURL: string, photo: Blob) {
  const catalog = await listStyles({}, { baseURL, client: viaJson });
  const painting = await createStylization(
    { image: photo, style: 'the-scream', max_size: 32 },
    {},
    { baseURL, client: asBlob },
  );
  return { styles: catalog.styles.map(({ id }) => id), painting };
}

/** What the types forbid; the compiler is asked whether they do. */
export function mistakes(image: Blob) {
  // @ts-expect-error: a form has a photograph.
  createStylization({ style: 'udnie' });
  // @ts-expect-error: there is no such format.
  createStylization({ image, format: 'bmp' });
}
