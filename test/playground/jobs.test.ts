/** What the page has painted as jobs: large pictures and videos; and pictures that the server fetches for it. */

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { testClip } from '../support/clips.ts';
import { chromiumMissing, ffmpegMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { serveLocally } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';
import { flawsOf } from './checks.ts';

describe('the page', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer({ FETCH_PRIVATE_ADDRESSES: '127.0.0.1', JOB_POLL_MS: '50' });
  const browser = useBrowser();
  const visit = async (path = '/') => {
    const visited = await browser.visit(server.url() + path);
    await visited.page.waitForSelector('.comparison .painting');
    return visited;
  };

  test('has a large picture painted as a job, which can be canceled', async () => {
    const { page, complaints } = await visit('/#style=starry-night&max_size=4000');
    const buffer = await jpeg(3200, 2400);
    await page.setInputFiles('#photo', { name: 'large.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('You have canceled it').waitFor();
    const status = async () => (await server.get('/v1/stylizations')).body.stylizations[0].status;
    await expect.poll(status).toBe('canceled');
    expect(complaints).toEqual([]);
  });

  test.skipIf(ffmpegMissing)(`paints a video that is dropped ${ffmpegMissing ?? ''}`, async () => {
    const { page, complaints } = await visit();
    await drop(page, 'clip.mp4', 'video/mp4', await testClip('clip.mp4', 1));
    const film = page.getByLabel('The painted video');
    await film.waitFor({ timeout: 60_000 });
    await expect
      .poll(() => film.evaluate((video) => (video as HTMLVideoElement).videoWidth))
      .toBe(96);
    expect(await flawsOf(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the painted video' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('clip-starry-night.mp4');
    await page.getByRole('button', { name: 'Udnie', exact: true }).click();
    await page.getByRole('button', { name: 'Paint it as Udnie' }).waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.waitForSelector('.comparison .painting');
    expect(complaints).toEqual([]);
  });

  test('says what to do about a video that is none', async () => {
    const { page } = await visit();
    await drop(page, 'clip.mp4', 'video/mp4', new TextEncoder().encode('no video at all'));
    await page.getByText('Try an MP4, MOV or WebM file.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
  });

  test('paints from an address that is pasted', async () => {
    const picture = await jpeg(150, 100);
    const place = await serveLocally((_, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture),
    );
    const { page, complaints } = await visit();
    await paste(page, `${place.url}/garden.jpg`);
    await page.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
    const width = page
      .locator('.comparison img')
      .first()
      .evaluate((image) => (image as unknown as HTMLImageElement).naturalWidth);
    expect(await width).toBe(150);
    expect(complaints).toEqual([]);
    await place.close();
    await paste(page, `${place.url}/gone.jpg`);
    await page.getByText('Save the picture and drop it here').waitFor();
  });

  test('opens with the painting that a link is to, and with the sample where that is gone', async () => {
    const picture = await jpeg(150, 100);
    const place = await serveLocally((_, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture),
    );
    const source = Buffer.from(`${place.url}/garden.jpg`).toString('base64url');
    const link = `/?painting=/v1/paintings/signature/style=udnie;max_size=150/${source}`;
    const { page, complaints } = await visit(link);
    await page.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
    const image = page.locator('.comparison img').first();
    const width = () =>
      image.evaluate((element) => (element as unknown as HTMLImageElement).naturalWidth);
    expect(await width()).toBe(150);
    expect(page.url()).toContain('#style=udnie&max_size=150');
    expect(complaints).toEqual([]);
    await place.close();
    const later = await visit(link);
    await later.page.getByText('Save the picture and drop it here').waitFor();
    expect(await later.page.locator('.comparison img').count()).toBeGreaterThan(0);
  });

  test('paints what only the server can read', async () => {
    const { default: sharp } = await import('sharp');
    const buffer = await sharp(await jpeg(150, 100))
      .tiff()
      .toBuffer();
    const { page, complaints } = await visit();
    await page.setInputFiles('#photo', { name: 'scan.tif', mimeType: 'image/tiff', buffer });
    await page.waitForSelector('.comparison[aria-busy="false"] .painting[src^="blob:"]');
    expect(complaints).toEqual([]);
  });
});

async function drop(page: Page, name: string, type: string, file: Uint8Array): Promise<void> {
  await page.evaluate(
    ([fileName, mediaType, bytes]) => {
      const items = new DataTransfer();
      items.items.add(new File([new Uint8Array(bytes)], fileName, { type: mediaType }));
      const over = new DragEvent('dragover', {
        dataTransfer: items,
        bubbles: true,
        cancelable: true,
      });
      document.body.dispatchEvent(over);
    },
    [name, type, [...file]] as const,
  );
  await page.getByText('Drop it to paint it').waitFor();
  await page.evaluate(
    ([fileName, mediaType, bytes]) => {
      const items = new DataTransfer();
      items.items.add(new File([new Uint8Array(bytes)], fileName, { type: mediaType }));
      const made = new DragEvent('drop', { dataTransfer: items, bubbles: true, cancelable: true });
      document.body.dispatchEvent(made);
    },
    [name, type, [...file]] as const,
  );
  expect(await page.getByText('Drop it to paint it').count()).toBe(0);
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const items = new DataTransfer();
    items.setData('text/plain', pasted);
    const made = new ClipboardEvent('paste', { clipboardData: items, bubbles: true });
    document.body.dispatchEvent(made);
  }, text);
}
