/** Routes of stylizations know no job of another kind: not one of them tells of it or changes it. */

import request from 'supertest';
import { expect, test } from 'vitest';
import { jobRequest } from '../support/job-request.ts';
import { useServer } from '../support/server.ts';

const server = useServer({}, { WORK: false });
const path = '/v1/stylizations';

const ROUTES = [
  ['get', ''],
  ['get', '/output'],
  ['get', '/events'],
  ['post', '/cancel'],
  ['delete', ''],
  ['get', '/deliveries'],
  ['post', '/deliveries/1'],
] as const;

test.each(ROUTES)('%s %s is not found, and leaves the job as it is', async (method, part) => {
  const { jobs } = server.services();
  await jobs.submit({ ...jobRequest('sum'), kind: 'counting', work: { to: 4 } });
  const before = await jobs.read('sum');
  const answer = await server.send(request(server.url())[method](`${path}/sum${part}`));
  expect([answer.status, answer.body.type]).toEqual([404, '/problems#stylization-not-found']);
  expect(await jobs.read('sum')).toEqual(before);
});

test('the list shows stylizations only', async () => {
  const { jobs } = server.services();
  await jobs.submit({ ...jobRequest('sum'), kind: 'counting', work: { to: 4 } });
  await jobs.submit(jobRequest('painting'));
  const { body } = await server.send(server.get(path));
  expect(body.stylizations.map(({ id }: { id: string }) => id)).toEqual(['painting']);
});
