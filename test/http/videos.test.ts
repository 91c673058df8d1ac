/** Videos over HTTP: accepted, followed, fetched by range, canceled, and told apart from stylizations. */

import { describe, expect, test } from 'vitest';
import { testClip } from '../support/clips.ts';
import { ffmpegMissing } from '../support/installed.ts';
import { useServer } from '../support/server.ts';

const server = useServer({ MAX_VIDEO_BYTES: '1000000', JOB_POLL_MS: '50' });

const finished = async (id: string) => {
  const events = await fetch(`${server.url()}/v1/videos/${id}/events`);
  const text = await events.text();
  return {
    events: [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name),
    video: (await server.send(server.get(`/v1/videos/${id}`))).body,
  };
};

describe.skipIf(ffmpegMissing)(`a video ${ffmpegMissing ?? ''}`, () => {
  test('sent as a form is painted as a job, and can be fetched in parts', async () => {
    const clip = Buffer.from(await testClip('clip.mp4', 1, '64x48'));
    const sent = await server.send(
      server
        .post('/v1/videos')
        .attach('video', clip, { filename: 'clip.mp4', contentType: 'video/mp4' })
        .field('style', 'udnie')
        .field('stability', '1'),
    );
    expect([sent.status, sent.body.status]).toEqual([202, 'queued']);
    expect(sent.headers['location']).toBe(`/v1/videos/${sent.body.id}`);
    const { events, video } = await finished(sent.body.id);
    expect(events.at(-1)).toBe('succeeded');
    expect(video).toMatchObject({
      style: 'udnie',
      options: { stability: 1, format: 'mp4', end: null },
      output: { media_type: 'video/mp4', width: 64, height: 48, frames: 12 },
    });
    const whole = new Uint8Array(await (await fetch(video.output.url)).arrayBuffer());
    expect(whole).toHaveLength(video.output.bytes);
    const part = await fetch(video.output.url, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 10-19/${whole.length}`,
    ]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(10, 20));
    const none = await fetch(video.output.url, { headers: { range: 'bytes=99999999-' } });
    expect(none.status).toBe(416);
    const preview = await fetch(video.preview);
    expect(preview.headers.get('content-type')).toBe('image/jpeg');
  });

  test('under an id of the caller is one, however often it is sent', async () => {
    const clip = Buffer.from(await testClip('clip.mp4', 1, '64x48'));
    const put = (style: string) =>
      server.send(
        server.put(`/v1/videos/mine?style=${style}`).set('content-type', 'video/mp4').send(clip),
      );
    const [first, again] = [await put('udnie'), await put('udnie')];
    expect([first.status, again.body.created_at]).toEqual([202, first.body.created_at]);
    expect((await put('great-wave')).body.type).toBe('/problems#conflict');
    expect((await finished('mine')).video.status).toBe('succeeded');
    const { body } = await server.send(server.get('/v1/videos'));
    expect(body.videos.map(({ id }: { id: string }) => id)).toContain('mine');
    const other = await server.send(server.get('/v1/stylizations/mine'));
    expect(other.body.type).toBe('/problems#stylization-not-found');
  });

  test('that is canceled stops, and keeps nothing behind when it is removed', async () => {
    const clip = Buffer.from(await testClip('clip.mp4', 5, '320x240'));
    await server.send(server.put('/v1/videos/long').set('content-type', 'video/mp4').send(clip));
    const { body } = await server.send(server.post('/v1/videos/long/cancel'));
    expect(body.status).toBe('canceled');
    expect((await finished('long')).events.at(-1)).toBe('canceled');
    expect((await server.send(server.get('/v1/videos/long'))).body.error.type).toBe('canceled');
  });

  test('that cannot be read makes its job fail with the problem', async () => {
    const clip = Buffer.from(await testClip()).subarray(0, 600);
    await server.send(server.put('/v1/videos/cut').set('content-type', 'video/mp4').send(clip));
    const { video } = await finished('cut');
    expect([video.status, video.error.type]).toEqual(['failed', 'video-unreadable']);
  });

  test.each([
    ['a picture', 'video/mp4', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'video-unreadable'],
    ['too much', 'video/mp4', Buffer.alloc(1_000_001), 'payload-too-large'],
    ['text', 'text/plain', Buffer.from('video'), 'unsupported-media-type'],
    ['no video', 'application/json', Buffer.from('{"style":"udnie"}'), 'invalid-request'],
  ])('that is %s is refused at once', async (_, type, body, problem) => {
    const answer = await server.send(
      server.post('/v1/videos').set('content-type', type).send(body),
    );
    expect(answer.body.type).toBe(`/problems#${problem}`);
  });

  test.each([
    ['stability=2', 'stability'],
    ['start=5&end=4', 'end'],
    ['fps=0', 'fps'],
    ['format=avi', 'format'],
    ['quality=3', 'quality'],
  ])('with %s says what was expected of %s', async (query, field) => {
    const clip = Buffer.from(await testClip());
    const { body } = await server.send(
      server.post(`/v1/videos?${query}`).set('content-type', 'video/mp4').send(clip),
    );
    expect(body.type).toBe('/problems#invalid-request');
    expect(body.errors[0].pointer).toBe(`/${field}`);
  });
});
