/** The playground as visitors use it: every control, in a real browser, on the real server. */

import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const PHONE = {
  viewport: { width: 390, height: 844 },
  colorScheme: 'dark',
  hasTouch: true,
  isMobile: true,
} as const;
const DESKTOP = { viewport: { width: 1360, height: 900 }, colorScheme: 'light' } as const;

/** Compressed: what runs, and the pictures of the first view. */
const CODE_BUDGET_BYTES = 60_000;
const PICTURES_BUDGET_BYTES = 450_000;
const PREVIEW_BUDGET_BYTES = 15_000;

describe('the playground', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer();
  const browser = useBrowser();
  const visit = (options: BrowserContextOptions = {}, path = '/') =>
    browser.visit(server.url() + path, options);

  const painted = async (page: Page) => {
    await page.waitForSelector('.comparison[aria-busy="false"] .painting');
    return page.getAttribute('.comparison .painting', 'src');
  };
  /** Another painting than that one. */
  const repainted = async (page: Page, before: string | null) => {
    await page.waitForFunction((old) => {
      const comparison = document.querySelector('.comparison[aria-busy="false"]');
      const now = comparison?.querySelector('.painting')?.getAttribute('src');
      return now && now !== old;
    }, before);
    return painted(page);
  };
  const style = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('style');

  test('opens with a painting in the default style that nobody has to wait for, within its budget', async () => {
    const { page, complaints } = await visit(DESKTOP);
    expect(await painted(page)).toBe('/assets/cat-starry-night-large.avif');
    expect(style(page)).toBe('starry-night');
    const { code, pictures, painting } = await page.evaluate(() => {
      const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const bytes = (kind: RegExp) =>
        entries
          .filter(({ name }) => kind.test(name))
          .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
      return {
        code: bytes(/\.(?:js|css)$/),
        pictures: bytes(/\.(?:jpg|avif|svg)$/),
        painting: entries.some(({ name }) => name.includes('/v1/stylizations')),
      };
    });
    expect(code).toBeGreaterThan(10_000);
    expect(code).toBeLessThan(CODE_BUDGET_BYTES);
    expect(pictures).toBeLessThan(PICTURES_BUDGET_BYTES);
    expect(painting).toBe(false);
    expect(complaints).toEqual([]);
  });

  test('on a phone the picture stays in sight while the styles and options pass by', async () => {
    const { page } = await visit(PHONE);
    await painted(page);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const box = (await page.locator('.comparison').boundingBox())!;
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThan(844);
    expect(box.width).toBeCloseTo(390, 0);
  });

  test.each([
    '/#style=stained-glass',
    '/#style=adele-bloch-bauer:0.5,wheat-field-with-cypresses:0.5',
  ])('on a phone the plate of %s is as high as any', async (path) => {
    const [usual, long] = await Promise.all([visit(PHONE), visit(PHONE, path)]);
    const height = async ({ page }: typeof usual) => {
      await painted(page);
      return (await page.locator('.plate').boundingBox())!.height;
    };
    expect(await height(long)).toBe(await height(usual));
    const chosen = long.page.locator('.gallery [aria-pressed="true"]').first();
    const { x, width } = (await chosen.boundingBox())!;
    expect(x).toBeGreaterThan(0);
    expect(x + width).toBeLessThan(390);
  });

  test('on a desktop the picture fills what the styles leave', async () => {
    const { page } = await visit(DESKTOP);
    await painted(page);
    const [picture, styles] = await Promise.all(
      ['.comparison', '.controls'].map(async (part) => (await page.locator(part).boundingBox())!),
    );
    expect(picture!.width).toBeGreaterThan(0.85 * styles!.x);
    expect(styles!.x + styles!.width).toBe(1360);
  });

  test('a photograph and a style can be tried without one of your own', async () => {
    const { page, complaints } = await visit();
    const before = await painted(page);
    await page
      .getByRole('button', { name: 'A lake in the mountains, painted as great wave' })
      .click();
    await repainted(page, before);
    expect(style(page)).toBe('great-wave');
    expect(await page.locator('.plate').textContent()).toContain('Katsushika Hokusai');
    expect(complaints).toEqual([]);
  });

  test('shows what every style makes of the photograph, small at first and each once', async () => {
    const { page, complaints } = await visit();
    const previews: { readonly query: string; readonly bytes: Promise<number> }[] = [];
    page.on('response', (answer) => {
      const { pathname, search } = new URL(answer.url());
      const isPreview = /max_size=(?:96|256)$/.test(search);
      if (pathname !== '/v1/stylizations' || !isPreview) return;
      previews.push({ query: search, bytes: answer.body().then((body) => body.byteLength) });
    });
    await painted(page);
    await page.waitForLoadState('networkidle');
    const pictures = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => name.endsWith('.jpg'))
        .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })),
    );
    expect(new Set(pictures.map(({ name }) => name)).size).toBe(pictures.length);
    const samples = pictures.filter(({ name }) => !name.endsWith('/cat.jpg'));
    expect(samples.length).toBeGreaterThan(0);
    for (const { bytes } of samples) expect(bytes).toBeLessThan(PREVIEW_BUDGET_BYTES);
    const { styles } = (await server.get('/v1/styles')).body;
    const buffer = await jpeg(120, 80);
    await page.setInputFiles('#photo', { name: 'cat.jpg', mimeType: 'image/jpeg', buffer });
    await page.waitForFunction(
      (count) => document.querySelectorAll('.gallery img[src^="blob:"]').length === count,
      styles.length,
    );
    await expect.poll(() => previews.length).toBe(2 * styles.length);
    const queries = previews.map(({ query }) => query);
    for (const small of queries.filter((query) => query.endsWith('=96'))) {
      const large = queries.indexOf(small.replace('=96', '=256'));
      expect(queries.indexOf(small)).toBeLessThan(large);
    }
    expect(queries.filter((query) => query.endsWith('=96')).length).toBe(styles.length);
    expect(new Set(queries).size).toBe(queries.length);
    for (const { bytes } of previews) expect(await bytes).toBeLessThan(PREVIEW_BUDGET_BYTES);
    expect(complaints).toEqual([]);
  });

  test('places of previews that are not there yet have the colors of their styles', async () => {
    const { page, complaints } = await visit(DESKTOP);
    await painted(page);
    await page.route('**/v1/stylizations*', () => {});
    const buffer = await jpeg(120, 80);
    await page.setInputFiles('#photo', { name: 'cat.jpg', mimeType: 'image/jpeg', buffer });
    const places = page.locator('.gallery .picture:empty');
    const { styles } = (await server.get('/v1/styles')).body;
    await expect.poll(() => places.count()).toBe(styles.length);
    const tints = await places.evaluateAll((all) =>
      all.map((place) => getComputedStyle(place).backgroundImage),
    );
    for (const tint of tints) expect(tint).toMatch(/^url\("data:image\/webp;base64,/);
    expect(new Set(tints).size).toBe(styles.length);
    expect(complaints).toEqual([]);
  });

  test('a photograph can be chosen, and its painting downloaded', async () => {
    const { page } = await visit();
    const before = await painted(page);
    const buffer = await jpeg(200, 120);
    await page.setInputFiles('#photo', { name: 'cat.jpg', mimeType: 'image/jpeg', buffer });
    await repainted(page, before);
    await page.getByRole('button', { name: 'Download the painting' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('cat-starry-night.jpg');
    const file = await readFile((await download.path())!);
    expect(await describedFile(file)).toEqual(['jpeg', 200, 120]);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a painting is taken away in the format, size and quality of choice', async () => {
    const { page, complaints } = await visit();
    const before = await painted(page);
    const buffer = await jpeg(2400, 1600);
    await page.setInputFiles('#photo', { name: 'cat.png', mimeType: 'image/jpeg', buffer });
    await repainted(page, before);
    await page.getByRole('button', { name: 'Download the painting' }).click();
    const dialog = page.getByRole('dialog', { name: 'Download the painting' });
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption('webp');
    await dialog.getByRole('combobox', { name: 'Size' }).selectOption({ label: '2048 × 1365' });
    await dialog.getByRole('slider', { name: 'Quality' }).fill('40');
    const [request, download] = await Promise.all([
      // Thumbnails of other styles may still be asked for.
      page.waitForRequest((asked) => asked.url().includes('quality=')),
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save' }).click(),
    ]);
    expect(request.url()).toContain('quality=40');
    expect(download.suggestedFilename()).toBe('cat-starry-night.webp');
    const file = await readFile((await download.path())!);
    expect(await describedFile(file)).toEqual(['webp', 2048, 1365]);
    expect(complaints).toEqual([]);
  });

  test('the picture is zoomed and moved by mouse and by keyboard', async () => {
    const { page, complaints } = await visit(DESKTOP);
    await painted(page);
    const transform = () =>
      page
        .locator('.painting')
        .evaluate((image) => new DOMMatrix(getComputedStyle(image).transform).toJSON());
    const frame = (await page.locator('.comparison').boundingBox())!;
    const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await transform()).a).toBeGreaterThan(2);
    const { e: left } = await transform();
    await page.mouse.down();
    await page.mouse.move(x + 100, y);
    await page.mouse.up();
    expect((await transform()).e).toBeCloseTo(left + 100, 0);
    await page.mouse.dblclick(x, y);
    expect((await transform()).a).toBe(1);
    await page.getByRole('slider', { name: 'How much of the photograph is shown' }).focus();
    await page.keyboard.press('+');
    const near = await transform();
    expect(near.a).toBe(1.5);
    await page.keyboard.press('Shift+ArrowRight');
    expect((await transform()).e).toBeLessThan(near.e);
    await page.keyboard.press('0');
    expect((await transform()).a).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('fingers zoom the picture, move it, and drag its divider', async () => {
    const { page } = await visit(PHONE);
    await painted(page);
    const scale = () =>
      page
        .locator('.painting')
        .evaluate((image) => new DOMMatrix(getComputedStyle(image).transform).a);
    const { x, y, width, height } = (await page.locator('.comparison').boundingBox())!;
    const at = (across: number, down: number) => ({ x: x + across * width, y: y + down * height });
    const client = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: object[]) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: touchPoints as never });
    await touch('touchStart', at(0.2, 0.5));
    await touch('touchMove', at(0.4, 0.5));
    await touch('touchMove', at(0.6, 0.5));
    await touch('touchEnd');
    const slider = page.getByRole('slider', { name: 'How much of the photograph is shown' });
    expect(Number(await slider.inputValue())).toBeCloseTo(60, -1);
    await touch('touchStart', at(0.4, 0.5), at(0.5, 0.5));
    await touch('touchMove', at(0.3, 0.5), at(0.6, 0.5));
    await touch('touchMove', at(0.2, 0.5), at(0.7, 0.5));
    await touch('touchEnd');
    expect(await scale()).toBeGreaterThan(2);
  });

  test('the photograph is seen for as long as its button is held', async () => {
    const { page } = await visit();
    await painted(page);
    const clip = () => page.locator('.painting').evaluate((image) => image.style.clipPath);
    const before = await clip();
    const button = page.getByRole('button', { name: 'Hold to see the photograph' });
    await button.hover();
    await page.mouse.down();
    expect(await clip()).toContain('100%');
    await page.mouse.up();
    expect(await clip()).toBe(before);
    await button.focus();
    await page.keyboard.down('Space');
    expect(await clip()).toContain('100%');
    await page.keyboard.up('Space');
    expect(await clip()).toBe(before);
  });

  test('the picture takes the whole screen and gives it back', async () => {
    const { page } = await visit(DESKTOP);
    await painted(page);
    const height = async () => (await page.locator('.comparison').boundingBox())!.height;
    const before = await height();
    await page.getByRole('button', { name: 'Full screen' }).click();
    await expect.poll(height).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Leave full screen' }).click();
    await expect.poll(height).toBe(before);
  });

  test.each(['paste', 'drop'])('a photograph can be brought by %s', async (event) => {
    const { page } = await visit();
    const before = await painted(page);
    const bytes = [...(await jpeg(90, 60))];
    await page.evaluate(
      ([name, file]) => {
        const items = new DataTransfer();
        items.items.add(new File([new Uint8Array(file)], 'cat.jpg', { type: 'image/jpeg' }));
        const made =
          name === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: items, bubbles: true })
            : new DragEvent('drop', { dataTransfer: items, bubbles: true, cancelable: true });
        document.body.dispatchEvent(made);
      },
      [event, bytes] as const,
    );
    await repainted(page, before);
    expect(await page.locator('.comparison img').first().evaluate(naturalSize)).toEqual([90, 60]);
  });

  test('what was painted lately is kept on the device, until it is to be forgotten', async () => {
    const { page, complaints } = await visit();
    const before = await painted(page);
    const buffer = await jpeg(90, 60);
    await page.setInputFiles('#photo', { name: 'cat.jpg', mimeType: 'image/jpeg', buffer });
    await repainted(page, before);
    await page.getByRole('button', { name: 'cat.jpg, starry-night' }).waitFor();
    await page.reload();
    const sample = await painted(page);
    await page.getByRole('button', { name: 'Udnie', exact: true }).click();
    const another = await repainted(page, sample);
    await page.getByRole('button', { name: 'cat.jpg, starry-night' }).click();
    await repainted(page, another);
    expect(style(page)).toBe('starry-night');
    expect(await page.locator('.comparison img').first().evaluate(naturalSize)).toEqual([90, 60]);
    expect(await page.getByRole('button', { name: /^cat.jpg, / }).count()).toBe(1);
    await page.getByRole('button', { name: 'Forget them' }).click();
    await page.getByText('No photograph at hand?').waitFor();
    expect(complaints).toEqual([]);
  });

  test('what is no picture is said, and the page goes on', async () => {
    const { page } = await visit();
    const before = await painted(page);
    const noise = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };
    await page.setInputFiles('#photo', noise);
    expect(await page.getByRole('alert').textContent()).toContain('notes.jpg');
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    await repainted(page, before);
  });

  test('a photograph can be taken with the camera', async () => {
    const { page, complaints } = await visit();
    const before = await painted(page);
    await page.getByRole('button', { name: 'Take one' }).click();
    await page.getByRole('button', { name: 'Take the photograph' }).click();
    await repainted(page, before);
    expect(complaints).toEqual([]);
  });

  test('two styles are mixed by dragging their weights; a link restores everything', async () => {
    const { page, complaints } = await visit(DESKTOP);
    let now = await painted(page);
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    now = await repainted(page, now);
    await page.getByRole('button', { name: 'Mix styles' }).click();
    await page.getByRole('button', { name: 'Udnie', exact: true }).click();
    now = await repainted(page, now);
    expect(style(page)).toBe('the-scream:0.5,udnie:0.5');
    await page.getByRole('slider', { name: 'Udnie' }).fill('0.25');
    now = await repainted(page, now);
    expect(style(page)).toBe('the-scream:0.75,udnie:0.25');
    expect(await page.getByRole('slider', { name: 'The Scream' }).inputValue()).toBe('0.75');
    await page.getByRole('slider', { name: 'Strength' }).fill('0.8');
    await page.getByRole('slider', { name: 'Stroke size' }).fill('1.5');
    await page.getByLabel("Keep the photograph's colors").check();
    await page.getByRole('combobox', { name: 'Size' }).selectOption('640');
    now = await repainted(page, now);
    const code = (await page.locator('.code').textContent()) ?? '';
    for (const field of ['strength=0.8', 'stroke_size=1.5', 'preserve_colors=true']) {
      expect(code).toContain(`-F ${field}`);
    }
    await page.getByRole('button', { name: 'Copy link to these settings' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const friend = await browser.visit(link, DESKTOP);
    await painted(friend.page);
    expect(await friend.page.getByRole('slider', { name: 'Strength' }).inputValue()).toBe('0.8');
    expect(await friend.page.getByRole('combobox', { name: 'Size' }).inputValue()).toBe('640');
    expect(style(friend.page)).toBe('the-scream:0.75,udnie:0.25');
    await friend.page.getByRole('button', { name: 'Remove Udnie from the mix' }).click();
    expect(await friend.page.getByRole('slider', { name: 'The Scream' }).count()).toBe(0);
    expect([...complaints, ...friend.complaints]).toEqual([]);
  });

  test('three styles can be mixed, and a link in an open page is followed', async () => {
    const { page, complaints } = await visit();
    let now = await painted(page);
    await page.getByRole('button', { name: 'Mix styles' }).click();
    await page.getByRole('button', { name: 'Udnie', exact: true }).click();
    now = await repainted(page, now);
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    now = await repainted(page, now);
    expect(style(page)).toBe('starry-night:0.334,udnie:0.333,the-scream:0.333');
    await page.getByText('3 styles are the most').waitFor();
    const another = page.getByRole('button', { name: 'Water Lilies', exact: true });
    expect(await another.getAttribute('aria-disabled')).toBe('true');
    await another.click({ force: true });
    expect(style(page)).toBe('starry-night:0.334,udnie:0.333,the-scream:0.333');
    await page.evaluate(() => {
      location.hash = 'style=great-wave&strength=0.5';
    });
    await repainted(page, now);
    expect(await page.getByRole('slider', { name: 'Strength' }).inputValue()).toBe('0.5');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a link to a style that is not there says so, and the page goes on', async () => {
    const { page, complaints } = await visit({}, '/#style=nobody&strength=7&max_size=x');
    await painted(page);
    expect(style(page)).toBe('starry-night');
    expect(await page.getByRole('alert').textContent()).toContain('"nobody"');
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    // A choice is written into the address just after another link was followed.
    await page.evaluate(() => {
      location.hash = 'style=somebody';
      history.replaceState(null, '', '#style=the-scream');
    });
    await page.getByText('"somebody"').waitFor();
    await page.getByRole('button', { name: 'Close this message' }).click();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('photograph and painting are compared by keyboard', async () => {
    const { page } = await visit();
    await painted(page);
    const slider = page.getByRole('slider', { name: 'How much of the photograph is shown' });
    const before = Number(await slider.inputValue());
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    expect(Number(await slider.inputValue())).toBe(before + 1);
    const clip = await page.locator('.painting').evaluate((image) => image.style.clipPath);
    expect(Number.parseFloat(clip.split(' ').at(-1)!)).toBeCloseTo(before + 1);
  });

  test('where a device can hand pictures on, the painting is shared as a file with a link', async () => {
    const { page, complaints } = await visit(PHONE);
    await page.addInitScript(() => {
      const shared: unknown[] = [];
      const share = async ({ files = [], url }: ShareData) => {
        shared.push([files.map(({ name, type }) => [name, type]), url]);
      };
      Object.assign(navigator, { share, canShare: () => true });
      Object.assign(globalThis, { shared });
    });
    await page.reload();
    const before = await painted(page);
    const shared = () => page.evaluate('shared');
    await page.getByRole('button', { name: 'Share the painting' }).click();
    await expect.poll(shared).toEqual([[[], page.url()]]);
    const buffer = await jpeg(90, 60);
    await page.setInputFiles('#photo', { name: 'own.png', mimeType: 'image/jpeg', buffer });
    await repainted(page, before);
    await page.getByRole('button', { name: 'Share the painting' }).click();
    await page.getByRole('button', { name: 'The picture itself' }).click();
    const file = ['own-starry-night.jpg', 'image/jpeg'];
    await expect.poll(shared).toEqual([expect.anything(), [[file], page.url()]]);
    expect(complaints).toEqual([]);
  });

  test('what the server refuses is said', async () => {
    const { page } = await visit();
    const before = await painted(page);
    await page.route('**/v1/stylizations*', (route) =>
      route.fulfill({ status: 422, json: { detail: 'Expected another picture.' } }),
    );
    await page.getByRole('button', { name: 'The Scream', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Expected another picture.');
    await page.unroute('**/v1/stylizations*');
    await page.getByRole('button', { name: 'Udnie', exact: true }).click();
    await repainted(page, before);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('the page is served under a strict policy', async () => {
    const { headers } = await server.get('/');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  });
});

const naturalSize = (image: SVGElement | HTMLElement) => {
  const { naturalWidth, naturalHeight } = image as HTMLImageElement;
  return [naturalWidth, naturalHeight];
};

async function describedFile(file: Buffer) {
  const { default: sharp } = await import('sharp');
  const { format, width, height } = await sharp(file).metadata();
  return [format, width, height];
}
