/**
 * Videos whose servers are killed at random moments (`TEST_KILLS=10 npx vitest run stories/videos` for more of
 * them), and videos that two servers share.
 */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { testClip } from '../support/clips.ts';
import { startCloud } from '../support/cloud.ts';
import { ffmpegMissing, s3Missing } from '../support/installed.ts';
import { type Started, startProcess } from '../support/process.ts';
import { temporary } from '../support/temporary.ts';

const KILLS = Number(process.env['TEST_KILLS'] ?? 3);

const running = new Set<Started>();
afterEach(async () => {
  for (const started of running) await kill(started);
});

function start(environment: Record<string, string>): Started {
  const started = startProcess({ PORT: '0', JOB_POLL_MS: '50', ...environment });
  running.add(started);
  return started;
}

async function kill(started: Started): Promise<void> {
  running.delete(started);
  const ended = once(started.process, 'exit');
  started.process.kill('SIGKILL');
  await ended;
}

async function send(url: string, id: string, clip: Buffer): Promise<void> {
  await request(url).put(`/v1/videos/${id}`).type('video/mp4').send(clip).expect(202);
}

async function described(url: string, id: string) {
  return (await request(url).get(`/v1/videos/${id}`).expect(200)).body;
}

async function finished(url: string, id: string): Promise<Buffer> {
  await expect
    .poll(async () => (await described(url, id)).status, { interval: 50, timeout: 120_000 })
    .toBe('succeeded');
  return Buffer.from(await (await fetch((await described(url, id)).output.url)).arrayBuffer());
}

describe.skipIf(ffmpegMissing)(`a video ${ffmpegMissing ?? ''}`, () => {
  test(`is the same after ${KILLS} times kill -9`, { timeout: 40_000 * KILLS }, async () => {
    const environment = {
      DATA_DIR: temporary(),
      // A job that is killed before it has a plan is planned anew, by a process that may find something else faster.
      PRECISION: 'int8',
      // As often as it is killed, a job is begun.
      JOB_ATTEMPTS: String(KILLS + 1),
    };
    const clip = Buffer.from(await testClip('clip.mp4', 11, '64x48'));
    let server = start(environment);
    let url = await server.url();
    await send(url, 'undisturbed', clip);
    const begun = performance.now();
    const whole = await finished(url, 'undisturbed');
    const wholeMs = performance.now() - begun;

    const moments: number[] = [];
    for (let job = 1; moments.length < KILLS; job += 1) {
      const id = `killed-${job}`;
      await send(url, id, clip);
      while (moments.length < KILLS) {
        const moment = Math.random() * wholeMs;
        await sleep(moment);
        if ((await described(url, id)).status === 'succeeded') break;
        moments.push(Math.round(moment));
        await kill(server);
        server = start(environment);
        url = await server.url();
      }
      const painted = await finished(url, id);
      expect([moments, Buffer.compare(painted, whole)]).toEqual([moments, 0]);
    }
  });

  const missing = ffmpegMissing ?? s3Missing;
  test.skipIf(missing)(`that two servers share is that of one ${missing ?? ''}`, async () => {
    const { sqs, environment: shared } = await startCloud({ jobs: 20 });
    const environment = {
      ...shared,
      METRICS_PORT: '0',
      // Whoever begins decides.
      PRECISION: 'int8',
    };
    // Longer than what one of them has painted before the other takes a part.
    const clip = Buffer.from(await testClip('clip.mp4', 30, '96x72'));
    const one = start(environment);
    const url = await one.url();
    await send(url, 'alone', clip);
    const whole = await finished(url, 'alone');

    const other = start(environment);
    await other.url();
    const before = await Promise.all([one, other].map(paintedFrames));
    await send(url, 'shared', clip);
    expect(Buffer.compare(await finished(url, 'shared'), whole)).toBe(0);
    const after = await Promise.all([one, other].map(paintedFrames));
    for (const [i, frames] of after.entries()) expect(frames - before[i]!).toBeGreaterThan(20);
    await sqs.stop();
  });
});

/** How often a process has painted, by its metrics. */
async function paintedFrames({ output }: Started): Promise<number> {
  const port = /"metricsPort":(\d+)/.exec(output())?.[1];
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const uses = metrics.matchAll(/^impasto_session_uses_total\{.*\} (\d+)$/gm);
  return [...uses].reduce((sum, [, count]) => sum + Number(count), 0);
}
