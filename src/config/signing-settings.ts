/** Settings of URLs that are signed, by this service and by others. */

import { beginningList, hexList, secret } from './kinds.ts';

export const SIGNING_SETTINGS = {
  SIGNING_SECRET: secret
    .default('')
    .describe('Signs URLs where there is no bucket; made once and kept in DATA_DIR where empty.'),
  SIGNED_URL_KEYS: hexList
    .default('')
    .describe(
      'Keys of [paintings by URL](urls.md) in hexadecimal digits, separated by commas; the first one signs. None are answered where empty.',
    ),
  SIGNED_URL_SALTS: hexList
    .default('')
    .describe('One for each of those keys, likewise: what is put before a text that is signed.'),
  SIGNED_SOURCES: beginningList
    .default('')
    .describe(
      'What addresses of photographs in such URLs begin with, such as `https://cdn.example/photos/`, separated by commas; anything where empty.',
    ),
};
