/** What callers see when something breaks inside: nothing of the inside. */

import { expect, test, vi } from 'vitest';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer();
const paint = async () =>
  server.send(
    server
      .post('/v1/stylizations')
      .query({ style: 'udnie' })
      .type('image/jpeg')
      .send(await jpeg()),
  );

test('a failure of ours is a 500 that tells nothing, and the next painting is one', async () => {
  const broken = vi
    .spyOn(server.services().catalog, 'load')
    .mockRejectedValueOnce(new Error('weights in /srv/impasto-broken, sha 3d73'));
  const answer = await paint();
  expect(broken).toHaveBeenCalled();
  expect([answer.status, answer.body.type]).toEqual([500, '/problems#internal']);
  expect(answer.body.instance).toBe(`urn:request:${answer.headers['x-request-id']}`);
  expect(answer.text).not.toMatch(/weights|sha|impasto-broken|at /i);
  expect(answer.headers['etag']).toBeUndefined();
  expect((await paint()).status).toBe(200);
});
