/**
 * `npm run strip`: the README's strip of pictures. A photograph that may be shown, and what some of
 * the styles make of it, side by side: docs/images/strip.jpg.
 */

import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { onnxEngine } from '../src/engines/onnx/engine.ts';
import { decodePicture } from '../src/images/decode.ts';
import { paintAll } from '../src/network/engine.ts';
import { openCatalog } from '../src/styles/catalog.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PHOTO = `${root}src/playground/sample.jpg`;
const STRIP = `${root}docs/images/strip.jpg`;

const STYLES = [
  'starry-night',
  'the-scream',
  'astronomer-woodcut',
  'three-tahitians',
  'street-berlin',
];
const [HEIGHT, GAP] = [240, 6];
const QUALITY = 86;

const photo = await sharp(PHOTO).toBuffer();
const picture = await decodePicture(new Uint8Array(photo), { maxPixels: 10_000_000, maxPages: 1 });
const catalog = await openCatalog(`${root}models`);
const engine = onnxEngine({ threads: 2 });
const pictures = [picture];
for (const id of STYLES) {
  pictures.push(...(await paintAll(engine, await catalog.load(catalog.get(id)), [picture])));
}
const width = Math.round((HEIGHT * picture.width) / picture.height);
const tiles = await Promise.all(
  pictures.map(async ({ data, ...size }, i) => ({
    input: await sharp(data, { raw: { ...size, channels: 3 } })
      .resize({ width, height: HEIGHT, kernel: 'lanczos3' })
      .png()
      .toBuffer(),
    left: i * (width + GAP),
    top: 0,
  })),
);
await sharp({
  create: {
    width: tiles.length * (width + GAP) - GAP,
    height: HEIGHT,
    channels: 3,
    background: '#fff',
  },
})
  .composite(tiles)
  .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
  .toFile(STRIP);
console.log(`photograph, ${STYLES.join(', ')} -> ${STRIP}`);
