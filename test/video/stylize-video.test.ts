/** Videos through the whole of it: times, sound, colors, parts that are kept, and what is refused. */

import { afterAll, describe, expect, test } from 'vitest';
import { NEVER } from '../../src/concurrency/deadline.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultsOf } from '../../src/options/option.ts';
import { FILM_OPTIONS } from '../../src/options/video.ts';
import { createPaintServices } from '../../src/services/paint-services.ts';
import type { VideoStylizeOptions } from '../../src/stylization/video/options.ts';
import { readPlan } from '../../src/stylization/video/plan.ts';
import type { Shelf, VideoContext } from '../../src/stylization/video/stylize-video.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createSpans } from '../../src/telemetry/spans.ts';
import { clip, inspect, middleColors, phoneClip, testClip } from '../support/clips.ts';
import { ffmpegMissing } from '../support/installed.ts';
import { testConfig } from '../support/server.ts';

const LIMITS = { MAX_VIDEO_SECONDS: '10', MAX_VIDEO_FRAMES: '150', MAX_VIDEO_PIXELS: '2000000' };
const services = await createPaintServices(testConfig(LIMITS), createLog('silent'));
afterAll(() => services.close());

const PLAIN: VideoStylizeOptions = {
  ...defaultsOf(FILM_OPTIONS),
  style: parseStyleMix('udnie'),
  format: 'mp4',
};

function shelfOf(kept = new Map<string, Uint8Array>()): Shelf {
  return {
    read: async (name) => kept.get(name),
    async keep(name, bytes) {
      kept.set(name, bytes);
    },
  };
}

const painted = (
  file: Uint8Array,
  options: Partial<VideoStylizeOptions> = {},
  context: Partial<VideoContext> = {},
) =>
  services.videos.stylize(
    file,
    { ...PLAIN, ...options },
    { shelf: shelfOf(), signal: NEVER, spans: createSpans(), ...context },
  );

describe.skipIf(ffmpegMissing)(`a painted video ${ffmpegMissing ?? ''}`, () => {
  test('of a telephone stands upright, with every frame at its time and its sound beside it', async () => {
    const original = await phoneClip();
    const before = await inspect(original);
    const { bytes, width, height } = await painted(original, { maxSize: 96 });
    const after = await inspect(bytes);
    expect([width, height]).toEqual([58, 96]);
    expect(after.times).toHaveLength(before.times.length);
    const largest = Math.max(...after.times.map((time, i) => Math.abs(time - before.times[i]!)));
    expect(largest).toBeLessThan(0.001);
    const sound = after.streams.find(({ codec_type }) => codec_type === 'audio');
    expect([sound?.codec_name, sound?.channels]).toEqual(['aac', 2]);
    expect(Math.abs(Number(sound?.duration) - 3)).toBeLessThan(1 / 20);
  });

  test('without strength has the colors of the original', async () => {
    const colors = ['ff0000', '00aa00', '2040ff', '808080', 'f0e0c0'];
    for (const color of colors) {
      const original = await clip('color.mp4', [
        ...['-f', 'lavfi', '-i', `color=0x${color}:size=96x64:rate=5:duration=1`],
        ...['-vf', 'scale=out_color_matrix=bt709,format=yuv420p', '-colorspace', 'bt709'],
      ]);
      const { bytes } = await painted(original, { strength: 0 });
      const wanted = [0, 2, 4].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
      const path = await middleColors(bytes);
      const off = path.flatMap((found) => found.map((value, i) => Math.abs(value - wanted[i]!)));
      expect(Math.max(...off)).toBeLessThanOrEqual(3);
    }
  });

  test('shows light of a high range as a screen can, neither black nor white', async () => {
    const original = await clip('hlg.mp4', [
      ...['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=5:duration=1'],
      ...['-vf', 'format=yuv420p10le', '-c:v', 'libx264', '-color_trc', 'arib-std-b67'],
      ...['-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'],
    ]);
    const { bytes } = await painted(original, { strength: 0 });
    const [video] = (await inspect(bytes)).streams;
    expect(video?.color_space).toBe('bt709');
    const mean = (await middleColors(bytes))[0]!.reduce((sum, value) => sum + value, 0) / 3;
    expect(mean).toBeGreaterThan(20);
    expect(mean).toBeLessThan(235);
  });

  test.each(['mov', 'webm', 'mkv', 'gif'] as const)('may come as %s', async (extension) => {
    const name = `clip.${extension}`;
    const original =
      extension === 'gif'
        ? await clip(name, ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=5:duration=1'])
        : await testClip(name, 1, '64x48');
    const { frames } = await painted(original);
    expect(frames).toBe(extension === 'gif' ? 5 : 12);
  });

  test.each([
    ['webm', 'vp9', 'opus'],
    ['webp', undefined, undefined],
    ['gif', 'gif', undefined],
  ] as const)('may leave as %s', async (format, video, audio) => {
    const { bytes, mediaType } = await painted(await testClip('clip.mp4', 1, '64x48'), { format });
    expect(mediaType).toBe(format === 'webm' ? 'video/webm' : `image/${format}`);
    const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
    if (format === 'webp') return expect(head).toMatch(/^RIFF....WEBP$/s);
    const { streams } = await inspect(bytes);
    expect(streams.map(({ codec_name }) => codec_name)).toEqual([video, audio].filter(Boolean));
  });

  test.each(['96x64', '64x48'])(
    'of %s may be coded in AV1, with every frame at its time',
    async (size) => {
      const original = await testClip('clip.mp4', 1, size);
      const options = { format: 'webm', webmCodec: 'av1' } as const;
      const { bytes } = await painted(original, options);
      const { streams, times } = await inspect(bytes);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['av1', 'opus']);
      // WebM counts in milliseconds, and begins with what a decoder of Opus needs ahead.
      const before = (await inspect(original)).times;
      const late = times.map((time, i) => time - times[0]! - (before[i]! - before[0]!));
      expect(late).toHaveLength(before.length);
      expect(Math.max(...late.map(Math.abs))).toBeLessThan(0.0021);
      expect(Buffer.compare((await painted(original, options)).bytes, bytes)).toBe(0);
    },
  );

  test('is of the part that was asked for', async () => {
    const { bytes, frames } = await painted(await testClip('clip.mp4', 3, '64x48'), {
      start: 1,
      end: 2,
      fps: 6,
    });
    expect(frames).toBe(6);
    const { streams, times } = await inspect(bytes);
    expect(times[0]).toBeLessThan(0.05);
    const sound = streams.find(({ codec_type }) => codec_type === 'audio');
    expect(Math.abs(Number(sound?.duration) - 1)).toBeLessThan(1 / 10);
  });

  test('says nothing of where its original was made', async () => {
    const original = await clip('named.mp4', [
      ...['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=5:duration=1', '-pix_fmt', 'yuv420p'],
      ...['-metadata', 'title=secret', '-metadata', 'location=+52.5200+013.4050/'],
    ]);
    const { tags } = await inspect((await painted(original)).bytes);
    expect(JSON.stringify(tags)).not.toMatch(/secret|52\.52/);
  });

  test('is the same whoever paints which of its parts, and whenever', async () => {
    const original = await testClip('long.mp4', 9, '64x48');
    const whole = await painted(original);
    const kept = new Map<string, Uint8Array>();
    const shelf = shelfOf(kept);
    // It dies in its second part, and another one has painted the last.
    const dying = new AbortController();
    const first = painted(
      original,
      {},
      {
        shelf,
        signal: dying.signal,
        onProgress: (done) => done > 60 && dying.abort(new Error('killed')),
      },
    );
    await expect(first).rejects.toThrow('killed');
    expect([...kept.keys()].sort()).toEqual(['plan.json', 'segment-0']);
    await services.videos.assist(async () => original, PLAIN, 2, { shelf, signal: NEVER });
    expect(kept.has('segment-2')).toBe(true);
    const again = await painted(original, {}, { shelf });
    expect(Buffer.compare(again.bytes, whole.bytes)).toBe(0);
  });

  test('is painted to its end in the precision that it was begun in', async () => {
    const config = testConfig({ ...LIMITS, PRECISION: 'int8' });
    const others = await createPaintServices(config, createLog('silent'));
    const original = await testClip('long.mp4', 9, '64x48');
    const options = { ...PLAIN, style: parseStyleMix('adele-bloch-bauer') };
    const context = { signal: NEVER, spans: createSpans() };
    const whole = await others.videos.stylize(original, options, { ...context, shelf: shelfOf() });
    const shelf = shelfOf();
    const dying = new AbortController();
    const onPlan = async () => dying.abort(new Error('killed'));
    const begun = { ...context, shelf, signal: dying.signal, onPlan };
    await expect(others.videos.stylize(original, options, begun)).rejects.toThrow('killed');
    await others.videos.assist(async () => original, options, 1, { ...context, shelf });
    await others.close();
    const { bytes } = await painted(original, options, { shelf });
    expect(Buffer.compare(bytes, whole.bytes)).toBe(0);
    const inFloat32 = await painted(original, options);
    expect(Buffer.compare(inFloat32.bytes, whole.bytes)).not.toBe(0);
  });

  test('is steadier than its frames painted one by one', async () => {
    const still = await clip('noise.mp4', [
      ...['-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=10:duration=1', '-frames:v', '10'],
      ...['-vf', 'trim=end_frame=1,loop=9:1:0,noise=alls=12:allf=t,format=yuv420p', '-crf', '5'],
    ]);
    const flicker = async (stability: number) => {
      const colors = await middleColors((await painted(still, { stability })).bytes);
      return colors
        .slice(1)
        .reduce(
          (sum, color, i) =>
            sum + color.reduce((all, value, j) => all + Math.abs(value - colors[i]![j]!), 0),
          0,
        );
    };
    expect(await flicker(1)).toBeLessThan(await flicker(0));
  });

  const plannedShot = async (file: Uint8Array, options: Partial<VideoStylizeOptions> = {}) => {
    const kept = new Map<string, Uint8Array>();
    await painted(file, options, { shelf: shelfOf(kept) });
    return readPlan(kept.get('plan.json')!).shots[0]!;
  };

  test('whose camera moves keeps the noise of its strokes with the scene', async () => {
    const panned = await clip('pan.mp4', [
      ...['-f', 'lavfi', '-i', 'mandelbrot=size=256x128:rate=10', '-frames:v', '10'],
      ...['-vf', 'trim=end_frame=1,loop=9:1:0,crop=160:128:3*n:0,format=yuv420p', '-crf', '5'],
    ]);
    const { path, light } = await plannedShot(panned);
    expect(path).toEqual(Array.from({ length: 10 }, (_, i) => ({ x: 3 * i, y: 0 })));
    expect(light).toEqual([]);
    expect((await plannedShot(panned, { stability: 0 })).path).toEqual([]);
  });

  test('that fades is painted in its own light, and fades', async () => {
    const faded = await clip('fade.mp4', [
      ...['-f', 'lavfi', '-i', 'mandelbrot=size=160x96:rate=10', '-frames:v', '10'],
      ...['-vf', 'trim=end_frame=1,loop=9:1:0,fade=out:3:12,format=yuv420p', '-crf', '5'],
    ]);
    const { path, light } = await plannedShot(faded);
    expect(path).toEqual([]);
    expect(light).toHaveLength(10);
    expect(light[9]! / light[0]!).toBeLessThan(0.8);
    expect(light.slice(4).every((value, i) => value < light[i + 3]!)).toBe(true);
  });
});

describe.skipIf(ffmpegMissing)(`what is refused ${ffmpegMissing ?? ''}`, () => {
  const refused = (file: Uint8Array, options: Partial<VideoStylizeOptions> = {}) =>
    painted(file, options).then(
      () => 'painted',
      (error: { type?: string }) => error.type ?? String(error),
    );

  test('frames that are too large, whatever is in them', async () => {
    const file = await clip('large.mp4', [
      ...['-f', 'lavfi', '-i', 'color=black:size=2000x1200:rate=1:duration=1'],
      ...['-pix_fmt', 'yuv420p'],
    ]);
    expect(await refused(file)).toBe('video-too-large');
  });

  test('what is too long, and what has too many frames', async () => {
    const long = await clip('long.mp4', [
      ...['-f', 'lavfi', '-i', 'color=black:size=64x48:rate=2:duration=30', '-pix_fmt', 'yuv420p'],
    ]);
    expect(await refused(long)).toBe('video-too-large');
    const many = await clip('many.mp4', [
      ...['-f', 'lavfi', '-i', 'color=black:size=64x48:rate=30:duration=9', '-pix_fmt', 'yuv420p'],
    ]);
    expect(await refused(many)).toBe('video-too-large');
    expect(await refused(many, { end: 1 })).toBe('painted');
  });
});
