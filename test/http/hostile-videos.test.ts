/** Hostile videos over HTTP: each is refused by its name, and leads nowhere else. */

import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { hostileVideos } from '../support/hostile-videos.ts';
import { ffmpegMissing } from '../support/installed.ts';
import { startReceiver } from '../support/receiver.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

const receiver = await startReceiver();
afterAll(() => receiver.close());

describe.skipIf(ffmpegMissing)(`over HTTP, what is no video ${ffmpegMissing ?? ''}`, async () => {
  const scratch = temporary();
  const server = useServer({
    MAX_VIDEO_BYTES: '1000000',
    JOB_POLL_MS: '50',
    SCRATCH_DIR: scratch,
    FETCH_PRIVATE_ADDRESSES: '127.0.0.1',
  });
  const files = ffmpegMissing ? [] : await hostileVideos(receiver.url);

  test.each(files)('is refused: $name', async ({ bytes, problem }) => {
    const sent = await server.send(
      server.post('/v1/videos').set('content-type', 'video/mp4').send(Buffer.from(bytes)),
    );
    // At once, or as soon as its header or its frames are looked at.
    if (sent.status !== 202) {
      expect(sent.body.type).toBe(`/problems#${bytes.length > 0 ? problem : 'invalid-request'}`);
    } else {
      await (await fetch(`${server.url()}/v1/videos/${sent.body.id}/events`)).text();
      const { body } = await server.send(server.get(`/v1/videos/${sent.body.id}`));
      expect([body.status, body.error?.type]).toEqual(['failed', problem]);
    }
    expect(await readdir(scratch)).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  test('is refused: a stream without an end', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'video/mp4' };
      const endless = httpRequest(`${server.url()}/v1/videos`, { method: 'POST', headers });
      const more = () => {
        while (!endless.destroyed && endless.write(Buffer.alloc(65_536)));
      };
      endless.on('drain', more);
      endless.on('response', (response) => {
        resolve(response.statusCode);
        endless.destroy();
      });
      endless.on('error', reject);
      more();
    });
    expect(status).toBe(413);
  });
});
