/**
 * `npm run strokes`: what sizes of strokes, detail and strength do to a picture, side by side, with what is set
 * written below each: docs/images/strokes.jpg.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const PHOTO = join(root, 'src/playground/samples/cat.jpg');
const SHEET = join(root, 'docs/images/strokes.jpg');
const STYLE = 'starry-night';

const ROWS = [
  ['stroke-size', [0.5, 1, 2]],
  ['detail', [0, 0.5, 1]],
  ['strength', [0.3, 0.6, 1]],
] as const;

/** The part of the painting that is shown, and its size on the sheet, in pixels. */
const PART = { left: 330, top: 170, width: 690, height: 460 };
const TILE = { width: 300, height: 200 };
const [GAP, CAPTION] = [8, 26];
const QUALITY = 80;

const scratch = await mkdtemp(join(tmpdir(), 'impasto-strokes-'));
const cells = ROWS.flatMap(([option, values], row) =>
  values.map((value, column) => ({ option, value, row, column })),
);
const layers = [];
for (const { option, value, row, column } of cells) {
  const painting = join(scratch, `${option}-${value}.png`);
  await stylize(painting, option, value);
  const [left, top] = [column * (TILE.width + GAP), row * (TILE.height + CAPTION)];
  const tile = await sharp(painting)
    .extract(PART)
    .resize({ ...TILE, kernel: 'lanczos3' })
    .png()
    .toBuffer();
  layers.push({ input: tile, left, top });
  const caption = captionOf(`${option.replace('-', '_')} ${value}`);
  layers.push({ input: caption, left, top: top + TILE.height });
}
const { size } = await sharp({
  create: {
    width: 3 * (TILE.width + GAP) - GAP,
    height: ROWS.length * (TILE.height + CAPTION),
    channels: 3,
    background: '#fff',
  },
})
  .composite(layers)
  .jpeg({ quality: QUALITY, mozjpeg: true })
  .toFile(SHEET);
await rm(scratch, { recursive: true, force: true });
console.log(`${cells.length} paintings in ${STYLE} -> ${SHEET}, ${size} bytes`);

async function stylize(output: string, option: string, value: number): Promise<void> {
  const program = ['--import', 'tsx', join(root, 'src/cli.ts'), 'stylize', PHOTO];
  const flags = ['--style', STYLE, `--${option}`, String(value), '-o', output];
  await promisify(execFile)(process.execPath, [...program, ...flags], { cwd: root });
}

function captionOf(text: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE.width}" height="${CAPTION}">
      <text x="2" y="17" font-family="monospace" font-size="13" fill="#333">${text}</text>
    </svg>`,
  );
}
