/**
 * A clip as telephones make them, over HTTP and in a browser: turned, at irregular times, in HLG, with stereo
 * sound, 720 lines. `TEST_PHONE_SECONDS=60 npx vitest run phone-clip` for a long one.
 */

import { describe, expect, test } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { CHART, chartColors, inspect, phoneClip } from '../support/clips.ts';
import { shownColor } from '../support/hlg.ts';
import { chromiumMissing, ffmpegMissing } from '../support/installed.ts';
import { useServer } from '../support/server.ts';

const SECONDS = Number(process.env['TEST_PHONE_SECONDS'] ?? 2);

describe.skipIf(ffmpegMissing)(`a clip of a telephone ${ffmpegMissing ?? ''}`, () => {
  const server = useServer({ JOB_POLL_MS: '50' });
  const browser = chromiumMissing ? undefined : useBrowser();

  test('keeps its times, its sound and its colors, and can be sought', {
    timeout: 60_000 * SECONDS,
  }, async () => {
    const original = Buffer.from(await phoneClip({ width: 1280, height: 720, seconds: SECONDS }));
    const query = new URLSearchParams({ strength: '0' });
    const put = server.put(`/v1/videos/phone?${query}`).set('content-type', 'video/mp4');
    expect((await server.send(put.send(original))).status).toBe(202);
    await (await fetch(`${server.url()}/v1/videos/phone/events`)).text();
    const { output } = (await server.send(server.get('/v1/videos/phone'))).body;
    expect(output).toMatchObject({ width: 720, height: 1280 });
    const painted = new Uint8Array(await (await fetch(output.url)).arrayBuffer());

    const [before, after] = [await inspect(original), await inspect(painted)];
    expect(after.times).toHaveLength(before.times.length);
    const late = after.times.map((time, i) => Math.abs(time - before.times[i]!));
    expect(Math.max(...late)).toBeLessThan(0.0001);
    const sound = (streams: typeof after.streams) =>
      streams.find(({ codec_type }) => codec_type === 'audio')!;
    const [given, kept] = [sound(before.streams), sound(after.streams)];
    expect([kept.codec_name, kept.channels]).toEqual(['aac', 2]);
    expect(Math.abs(Number(kept.duration) - Number(given.duration))).toBeLessThan(1 / 30);
    expect(Math.abs(Number(kept.start_time) - Number(given.start_time))).toBeLessThan(1 / 30);

    const wanted = CHART.map(shownColor);
    const off = (await chartColors(painted)).map((color, i) =>
      color.map((value, channel) => Math.abs(value - wanted[i]![channel]!)),
    );
    expect(Math.max(...off.flat())).toBeLessThanOrEqual(3);

    if (browser === undefined) return;
    const { page, complaints } = await browser.visit(server.url());
    const frames = await page.evaluate(shownAt, { url: output.url, seconds: [1.5, 0.5, 1] });
    expect(frames.map(({ second }) => second)).toEqual([1.5, 0.5, 1]);
    expect(new Set(frames.map(({ pixels }) => pixels)).size).toBe(3);
    expect(complaints).toEqual([]);
  });
});

/** In the browser: where a video stands after it was sought there, and what is seen. */
async function shownAt({ url, seconds }: { url: string; seconds: number[] }) {
  const video = document.createElement('video');
  const loaded = new Promise((resolve, reject) => {
    video.onloadeddata = resolve;
    video.onerror = () => reject(new Error(video.error?.message));
  });
  Object.assign(video, { muted: true, preload: 'auto', src: url });
  await loaded;
  const canvas = new OffscreenCanvas(video.videoWidth / 8, video.videoHeight / 8);
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  const frames = [];
  for (const second of seconds) {
    const sought = new Promise((resolve) => {
      video.onseeked = resolve;
    });
    video.currentTime = second;
    await sought;
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    frames.push({ second: video.currentTime, pixels: data.join() });
  }
  return frames;
}
