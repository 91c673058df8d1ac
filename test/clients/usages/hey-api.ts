/** A program that uses the generated client: compiled as it stands by `clients.test.ts`. */

import { createClient } from './typescript/client/index.js';
import { createStylization, listStyles, putStylization } from './typescript/index.js';
import type { Problem, Styles, Stylization } from './typescript/types.gen.js';

export async function paint(baseUrl: string, photo: Blob) {
  const client = createClient({ baseUrl });

  const { data: styles } = await listStyles({ client });
  const catalog: Styles | undefined = styles;

  const { data: painting } = await createStylization({
    client,
    body: { image: photo, style: 'the-scream', strength: 0.9, preserve_colors: true, max_size: 32 },
  });
  const blob: Blob | undefined = painting instanceof Blob ? painting : undefined;

  const { data: described } = await putStylization({
    client,
    path: { id: 'order-1' },
    headers: { accept: 'application/json' },
    body: { image: photo, style: 'udnie', max_size: 32 },
  });
  const stylization: Stylization | undefined = described;

  const { error, response } = await createStylization({
    client,
    body: { image: photo, style: 'nobody' },
  });
  const problem: Problem | undefined = error;

  return { catalog, blob, stylization, problem, status: response?.status };
}

/** What the types forbid; the compiler is asked whether they do. */
export function mistakes(photo: Blob) {
  // @ts-expect-error: a form has a photograph.
  createStylization({ body: { style: 'udnie' } });
  // @ts-expect-error: numbers are numbers.
  createStylization({ body: { image: photo, strength: 'much' } });
  // @ts-expect-error: there is no such format.
  createStylization({ body: { image: photo, format: 'bmp' } });
}
