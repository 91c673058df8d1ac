/**
 * `npm run samples`: the pictures that the page opens with. The sample photograph and the project's drawn one, large
 * and small; the first painting that visitors see; and what every style makes of the small ones.
 */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { drawSample } from '../src/images/sample.ts';
import { openCatalog } from '../src/styles/catalog.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'src/playground/samples');

/** As the page knows it: `usual` is the style of the first painting, `pairs` are shown to be tried. */
const USUAL = 'starry-night';
const PAIRS = [
  ['lake', 'wheat-field-with-cypresses'],
  ['cat', 'the-scream'],
  ['lake', 'great-wave'],
  ['cat', 'three-tahitians'],
] as const;

/** What is shown beside a link to the page: twice as wide as it is high, about, and of a format that all can read. */
const SHARED = { width: 1200, height: 630 };

/** Long edges in pixels. Paintings have more to show than the photographs have, so those are enlarged. */
const LARGE = 1280;
const SMALL = 240;

const photographs = {
  cat: join(root, 'src/playground/sample.jpg'),
  lake: Buffer.from(await drawSample()),
} as const;

const scratch = await mkdtemp(join(tmpdir(), 'impasto-samples-'));
const inScratch = (name: string) => join(scratch, name);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

for (const [name, photograph] of Object.entries(photographs)) {
  const large = sharp(photograph).resize(LARGE, LARGE, { fit: 'inside', kernel: 'lanczos3' });
  await large
    .clone()
    .png()
    .toFile(inScratch(`${name}.png`));
  await large
    .clone()
    .jpeg({ quality: 66, mozjpeg: true })
    .toFile(join(folder, `${name}.jpg`));
  const small = sharp(photograph).resize(SMALL, SMALL, { fit: 'inside', kernel: 'lanczos3' });
  await small
    .clone()
    .png()
    .toFile(inScratch(`${name}-small.png`));
  await thumbnail(small, `${name}-small`);
}

await stylize('cat.png', ['--style', USUAL]);
await sharp(inScratch(`cat-${USUAL}.png`))
  .avif({ quality: 50, effort: 7, chromaSubsampling: '4:2:0' })
  .toFile(join(folder, `cat-${USUAL}-large.avif`));
await sharp(inScratch(`cat-${USUAL}.png`))
  .resize({ ...SHARED, fit: 'cover' })
  .jpeg({ quality: 74, mozjpeg: true })
  .toFile(join(folder, 'share.jpg'));

await stylize('cat-small.png', ['--all-styles']);
const { styles } = await openCatalog(join(root, 'models'));
for (const { id } of styles) await painted('cat', id);
for (const [name, style] of PAIRS) {
  if (name === 'cat') continue;
  await stylize(`${name}-small.png`, ['--style', style]);
  await painted(name, style);
}

await writeFile(
  join(folder, 'samples.json'),
  `${JSON.stringify({ usual: USUAL, styles: styles.map(({ id }) => id), pairs: PAIRS }, null, 2)}\n`,
);
await rm(scratch, { recursive: true, force: true });

/** Paints within the scratch folder, beside the photograph. */
async function stylize(photo: string, flags: readonly string[]): Promise<void> {
  const program = ['--import', 'tsx', join(root, 'src/cli.ts'), 'stylize', inScratch(photo)];
  const name = ['--name', '{name}-{style}.{ext}'];
  await promisify(execFile)(process.execPath, [...program, ...name, ...flags], { cwd: root });
}

async function painted(photo: string, style: string): Promise<void> {
  await thumbnail(sharp(inScratch(`${photo}-small-${style}.png`)), `${photo}-${style}`);
}

async function thumbnail(picture: Sharp, name: string): Promise<void> {
  await picture
    .clone()
    .jpeg({ quality: 76, mozjpeg: true })
    .toFile(join(folder, `${name}.jpg`));
}
