/** `impasto video`: a painted file, or what is wrong with the one that it was given. */

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runImpasto } from '../support/cli.ts';
import { testClip } from '../support/clips.ts';
import { hostileVideos } from '../support/hostile-videos.ts';
import { ffmpegMissing } from '../support/installed.ts';
import { startReceiver } from '../support/receiver.ts';
import { temporary } from '../support/temporary.ts';

const receiver = await startReceiver();
afterAll(() => receiver.close());

describe.skipIf(ffmpegMissing)(`impasto video ${ffmpegMissing ?? ''}`, async () => {
  const files = ffmpegMissing ? [] : await hostileVideos(receiver.url);
  const folder = temporary();
  const paint = (environment: Record<string, string> = {}, input = 'clip.mp4') =>
    runImpasto(['video', input, '-o', 'out.mp4'], folder, environment);

  test('paints a clip, and leaves nothing else behind', async () => {
    const place = temporary();
    await writeFile(join(place, 'clip.mp4'), await testClip());
    const { code, stderr } = await runImpasto(['video', 'clip.mp4', '-o', 'out.mp4'], place);
    expect([code, stderr]).toEqual([0, '']);
    expect((await readdir(place)).sort()).toEqual(['clip.mp4', 'out.mp4']);
  });

  test.each(files)('refuses $name', async ({ bytes }) => {
    await writeFile(join(folder, 'clip.mp4'), bytes);
    const { code, stderr } = await paint();
    expect(code).toBe(1);
    expect(stderr).toMatch(/Expected .+/);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(await readdir(folder)).toEqual(['clip.mp4']);
    expect(receiver.received).toEqual([]);
  });

  test('refuses what never ends', async () => {
    const { code, stderr } = await paint({ MAX_VIDEO_BYTES: '1000000' }, '/dev/zero');
    expect([code, stderr]).toEqual([1, expect.stringContaining('at most 1000000 bytes')]);
  });
});
