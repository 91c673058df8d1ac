/** The API reference in a browser: in the dress of the page, at every width, light and dark. */

import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { chromiumMissing } from '../support/installed.ts';
import { useServer } from '../support/server.ts';

const WINDOWS = [390, 820, 1440].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe('the reference', () => {
  if (chromiumMissing !== undefined) return test.skip(chromiumMissing, () => {});
  const server = useServer();
  const browser = useBrowser();

  test.each(WINDOWS)('at $width pixels, $colorScheme', async ({ width, colorScheme }) => {
    const { page, complaints } = await browser.visit(`${server.url()}/docs`, {
      viewport: { width, height: 900 },
      colorScheme,
    });
    await page.getByText('Turn a photograph into a painting').first().waitFor();
    await page.getByRole('heading', { name: 'One request, one painting' }).waitFor();
    const colors = await page.evaluate(() =>
      [document.body, document.querySelector('openapi-explorer')!].map((element) => {
        const { backgroundColor, color } = getComputedStyle(element);
        return { backgroundColor, color };
      }),
    );
    const [paper, ink] =
      colorScheme === 'light'
        ? ['rgb(246, 243, 237)', 'rgb(31, 27, 22)']
        : ['rgb(23, 23, 26)', 'rgb(239, 235, 228)'];
    for (const each of colors) expect(each).toEqual({ backgroundColor: paper, color: ink });
    const explained = page.locator('#auth td:first-child').first();
    if (width === 390) expect((await explained.boundingBox())!.width).toBeGreaterThan(0.8 * width);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    expect(complaints).toEqual([]);
  });
});
