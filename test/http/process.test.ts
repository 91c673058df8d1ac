/** The program as an operator runs it: a process, environment variables, signals. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { tensorflowMissing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { temporary } from '../support/temporary.ts';

let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));

function start(environment: Record<string, string>): Started {
  const started = startProcess(environment);
  child = started.process;
  return started;
}

describe('npm start', () => {
  test('answers, and SIGTERM lets it finish what it accepted', async () => {
    const server = start({ PORT: '0' });
    const url = await server.url();
    expect(server.output()).toContain(`"listening on http://localhost:${new URL(url).port}"`);
    const photo = await jpeg(800, 700);
    const painting = request(url)
      .post('/v1/stylizations')
      .type('image/jpeg')
      .send(photo)
      .then((r) => r);
    await expect.poll(async () => (await request(url).get('/health/ready')).body.running).toBe(1);
    server.process.kill('SIGTERM');
    expect((await painting).status).toBe(200);
    expect((await once(server.process, 'exit'))[0]).toBe(0);
    expect(server.output()).toContain('stopped');
  });

  test('nothing about its use is kept for, or sent to, the makers of its runtime', async () => {
    const HOME = temporary();
    const url = await start({ PORT: '0', HOME }).url();
    await expect.poll(async () => (await request(url).get('/health/ready')).status).toBe(200);
    const answer = await request(url)
      .post('/v1/stylizations')
      .type('image/jpeg')
      .send(await jpeg());
    expect(answer.status).toBe(200);
    expect(await readdir(HOME)).toEqual([]);
  });

  test.skipIf(tensorflowMissing === undefined)(
    'an engine that is not installed says what to install',
    async () => {
      const server = start({ PORT: '0', ENGINE: 'tensorflow' });
      expect((await once(server.process, 'exit'))[0]).toBe(1);
      expect(server.output()).toContain('npm install @tensorflow/tfjs-node@4.22.0');
      expect(server.output()).not.toMatch(/^\s+at /m);
    },
  );

  test.skipIf(tensorflowMissing !== undefined)('the tensorflow engine paints', async () => {
    const url = await start({ PORT: '0', ENGINE: 'tensorflow' }).url();
    const answer = await request(url)
      .post('/v1/stylizations')
      .type('image/jpeg')
      .send(await jpeg());
    expect(answer.status).toBe(200);
  });

  test('a port that is taken is explained, and the process ends', async () => {
    const url = await start({ PORT: '0' }).url();
    const first = child;
    const second = start({ PORT: new URL(url).port });
    expect((await once(second.process, 'exit'))[0]).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
    expect(second.output()).not.toMatch(/^\s+at /m);
    first?.kill('SIGKILL');
  });

  test.each([
    [{ PORT: 'eighty', SLOTS: '0' }, ['PORT', 'SLOTS', 'got eighty']],
    [{ ENGINE: 'caffe' }, ['ENGINE', 'onnx', 'tensorflow']],
    [{ MODELS_DIR: '/nowhere' }, ['/nowhere']],
    [{ DEFAULT_STYLE: 'bob-ross' }, ['DEFAULT_STYLE', 'bob-ross', 'starry-night']],
  ])('%j is explained in one message without a stack trace', async (environment, expected) => {
    const server = start({ PORT: '0', ...environment } as Record<string, string>);
    expect((await once(server.process, 'exit'))[0]).toBe(1);
    for (const text of expected) expect(server.output()).toContain(text);
    expect(server.output()).not.toMatch(/^\s+at /m);
  });
});
