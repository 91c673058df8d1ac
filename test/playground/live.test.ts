/** Live: the camera's picture painted in the browser, by the very weights that the server uses. */

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { drawSample } from '../../src/images/sample.ts';
import { pictureDifference } from '../../src/pictures/difference.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import type { FromWorker, ToWorker } from '../../src/playground/live/messages.ts';
import { useBrowser, WITH_GPU } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { pixelsOf } from '../support/pictures.ts';
import { largestDifference, randomPicture } from '../support/random.ts';
import { useServer } from '../support/server.ts';
import { flawsOf } from './checks.ts';

const MAX_DIFFERENCE = 2;

/** In 8 bits, of a photograph. */
const MAX_MEAN_DIFFERENCE = 2;

describe('live', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer();
  const browser = useBrowser();

  test('paints frame after frame of the camera, and says how many', async () => {
    const { page, complaints } = await browser.visit(`${server.url()}/`);
    await page.getByRole('button', { name: 'Live' }).click();
    const canvas = page.getByRole('img', { name: 'What the camera sees, painted' });
    const frame = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    await page.waitForFunction(() => {
      const { framesPerSecond } = document.querySelector<HTMLElement>('.live .status')!.dataset;
      return Number(framesPerSecond) > 0;
    });
    const first = await frame();
    await expect.poll(frame).not.toBe(first);
    expect(await page.locator('.live .status').textContent()).toMatch(
      /^\d+\.\d frames a second \(Web(?:Assembly|GPU), \d+ ms\)$/,
    );
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    await page.getByRole('combobox', { name: 'Frame size' }).selectOption('192');
    await expect.poll(() => canvas.getAttribute('width')).toBe('192');
    await page.getByRole('button', { name: 'Live' }).click();
    await page.waitForSelector('.comparison .painting');
    expect(complaints).toEqual([]);
  });

  test('shows the sample painted until the camera answers', async () => {
    const { page, complaints } = await browser.visit(`${server.url()}/`, {
      viewport: { width: 390, height: 844 },
    });
    await page.evaluate(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = async (wish) => {
        await new Promise((resolve) => addEventListener('allowed', resolve, { once: true }));
        return open(wish);
      };
    });
    await page.getByRole('button', { name: 'Live' }).click();
    await page.locator('.live .wall img').waitFor();
    await page.getByText('Waiting for the camera').waitFor();
    const canvas = page.getByRole('img', { name: 'What the camera sees, painted' });
    // The sample's shape: neither a canvas' own nor a camera's.
    await expect.poll(() => canvas.getAttribute('height')).toBe('170');
    await page.locator('.live .wall img').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Record' }).isDisabled()).toBe(true);
    const [frameSize, network] = await Promise.all(
      ['Frame size', 'Network'].map((name) => page.getByRole('combobox', { name }).boundingBox()),
    );
    expect(frameSize!.y).toBe(network!.y);
    expect(network!.x + network!.width).toBeLessThan(390);
    await page.evaluate(() => dispatchEvent(new Event('allowed')));
    await page.getByText('frames a second').waitFor();
    expect(await canvas.getAttribute('height')).not.toBe('170');
    expect(complaints).toEqual([]);
  });

  test.each([
    { width: 390, height: 844, colorScheme: 'dark' },
    { width: 820, height: 1180, colorScheme: 'light' },
    { width: 1440, height: 900, colorScheme: 'dark' },
  ] as const)('has its place at $width pixels, as the camera has', async (screen) => {
    const { width, height, colorScheme } = screen;
    const options = { viewport: { width, height }, colorScheme };
    const { page, complaints } = await browser.visit(`${server.url()}/`, options);
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByText('frames a second').waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take one' }).click();
    await page.getByRole('button', { name: 'Take the photograph' }).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close the camera' }).click();
    await page.waitForSelector('.comparison[aria-busy="false"] .painting');
    expect(complaints).toEqual([]);
  });

  test('what is seen is saved as a picture and as a video, from one camera and another', async () => {
    const { page, complaints } = await browser.visit(`${server.url()}/`);
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByText('frames a second').waitFor();
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ]);
      return { name: download.suggestedFilename(), file: await readFile(await download.path()) };
    };
    const still = await save('Save a picture');
    expect(still.name).toBe('live-starry-night.png');
    const { default: sharp } = await import('sharp');
    expect((await sharp(still.file).metadata()).width).toBe(256);
    const camera = () =>
      page.locator('.live video').evaluate((element) => {
        const stream = (element as HTMLVideoElement).srcObject as MediaStream | null;
        return stream?.getVideoTracks()[0]?.getSettings().deviceId;
      });
    const first = await camera();
    await page.getByRole('button', { name: 'Other camera' }).click();
    await expect.poll(async () => [undefined, first].includes(await camera())).toBe(false);
    await page.getByText('frames a second').waitFor();
    await page.getByRole('button', { name: 'Record' }).click();
    const frame = () =>
      page
        .locator('.live canvas')
        .evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    // A film of one frame may have none.
    const frames = new Set<string>();
    while (frames.size < 10) frames.add(await frame());
    const film = await save('Stop and save');
    const [, extension = ''] = /^live-starry-night\.(mp4|webm)$/.exec(film.name) ?? [];
    const [at, mark] = { mp4: [4, 'ftyp'], webm: [0, '\x1aE\xdf\xa3'] }[extension] as [
      number,
      string,
    ];
    expect(film.file.toString('latin1', at, at + 4)).toBe(mark);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['one style', [{ style: 'the-scream', weight: 1 }], 'the-scream'],
    [
      'a mix',
      [
        { style: 'the-scream', weight: 0.6 },
        { style: 'udnie', weight: 0.2 },
      ],
      'the-scream:0.75,udnie:0.25',
    ],
  ])('paints %s as the server does', async (_, mix, style) => {
    const photo = randomPicture(64, 48, 5);
    const { page } = await browser.visit(`${server.url()}/`);
    const answers = await painted(
      page,
      { kind: 'load', mix, size: 'full', backend: 'wasm' },
      photo,
    );
    expect(answers.ready).toEqual({ kind: 'ready', backend: 'wasm' });
    const { default: sharp } = await import('sharp');
    const { width, height } = photo;
    const png = await sharp(photo.data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const answer = await server.send(
      server.post('/v1/stylizations').query({ style, format: 'png' }).type('image/png').send(png),
    );
    const expected = { ...photo, data: new Uint8Array((await pixelsOf(answer.body)).data) };
    expect(largestDifference(answers.painting, expected)).toBeLessThanOrEqual(MAX_DIFFERENCE);
    expect(largestDifference(answers.painting, photo)).toBeGreaterThan(MAX_DIFFERENCE);
  });

  test('paints one style in 8 bits, which differs little', async () => {
    const photo = await lake();
    const { page, complaints } = await browser.visit(`${server.url()}/`);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const mix = [{ style: 'the-scream', weight: 1 }];
    const load = { kind: 'load', mix, size: 'full', backend: 'wasm' } as const;
    const inFloats = await painted(page, load, photo);
    const rangesUrl = '/v1/styles/the-scream/ranges.json';
    const inBytes = await painted(page, { ...load, rangesUrl }, photo);
    const { absolute } = pictureDifference([inFloats.painting], [inBytes.painting]);
    expect(absolute).toBeGreaterThan(0);
    expect(absolute).toBeLessThan(MAX_MEAN_DIFFERENCE);

    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    asked.length = 0;
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByText('frames a second').waitFor();
    expect(asked).toContain(rangesUrl);
    expect(complaints).toEqual([]);
  });

  test('a network that is not there is said', async () => {
    const { page } = await browser.visit(`${server.url()}/`);
    await page.route('**/weights.bin', (route) => route.fulfill({ status: 404 }));
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await page.getByRole('alert').first().textContent()).toContain('404');
  });
});

describe('live on a graphics processor', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer();
  const browser = useBrowser(WITH_GPU);

  test('WebGPU is used where the browser has it, and paints the same', async ({ skip }) => {
    const { page } = await browser.visit(`${server.url()}/`);
    const hasGpu = await page.evaluate(async () => {
      const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
      return Boolean(await gpu?.requestAdapter());
    });
    if (!hasGpu) return skip('this browser has no WebGPU');
    const photo = randomPicture(64, 48, 5);
    const load = { kind: 'load', mix: [{ style: 'the-scream', weight: 1 }], size: 'full' } as const;
    const byGpu = await painted(page, load, photo);
    const byProcessor = await painted(page, { ...load, backend: 'wasm' }, photo);
    expect(byGpu.ready).toEqual({ kind: 'ready', backend: 'webgpu' });
    expect(largestDifference(byGpu.painting, byProcessor.painting)).toBeLessThanOrEqual(
      MAX_DIFFERENCE,
    );
  });
});

/** A photograph of the size of a frame. */
async function lake(): Promise<Picture> {
  const { default: sharp } = await import('sharp');
  const small = sharp(await drawSample()).resize(128, 96, { fit: 'fill' });
  return pixelsOf(await small.png().toBuffer());
}

/** One frame, painted by a worker of its own. */
async function painted(page: Page, load: ToWorker, photo: Picture) {
  const { width, height } = photo;
  const { ready, pixels } = await page.evaluate(
    async ([message, frame]) => {
      const worker = new Worker('/assets/live-worker.js', { type: 'module' });
      const ask = (next: object) =>
        new Promise<FromWorker>((resolve) => {
          worker.onmessage = (event) => resolve(event.data);
          worker.postMessage(next);
        });
      const data = new Uint8ClampedArray(frame.data);
      const ready = await ask(message);
      const answer = await ask({ kind: 'frame', frame: { ...frame, data } });
      if (answer.kind !== 'painting') throw new Error(JSON.stringify(answer));
      return { ready, pixels: [...answer.frame.data] };
    },
    [load, { width, height, data: withAlpha(photo.data) }] as const,
  );
  return { ready, painting: { width, height, data: withoutAlpha(pixels) } };
}

function withAlpha(rgb: Uint8Array): number[] {
  return Array.from({ length: (rgb.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[Math.floor(i / 4) * 3 + (i % 4)]!,
  );
}

function withoutAlpha(rgba: readonly number[]): Uint8Array {
  return Uint8Array.from(rgba.filter((_, i) => i % 4 !== 3));
}
