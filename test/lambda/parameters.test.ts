/** Settings in SSM Parameter Store, read by a function's start from a server that speaks its protocol. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withParameters } from '../../src/runtime/lambda/parameters.ts';

const kept: Readonly<Record<string, string>> = {
  '/impasto/production/webhook-secrets': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`/impasto/many/${i}`, `value ${i}`])),
};
const requests: {
  readonly target: unknown;
  readonly names: string[];
  readonly decrypt: boolean;
}[] = [];

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const server = createServer(async (request, response) => {
  const { Names, WithDecryption } = JSON.parse(await text(request));
  requests.push({
    target: request.headers['x-amz-target'],
    names: Names,
    decrypt: WithDecryption,
  });
  const found = (Names as string[]).filter((name) => name in kept);
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  if (Names.includes('/refused')) {
    response
      .writeHead(400)
      .end(JSON.stringify({ __type: 'AccessDeniedException', message: 'No.' }));
    return;
  }
  response.end(
    JSON.stringify({
      Parameters: found.map((Name) => ({ Name, Value: kept[Name], Type: 'SecureString' })),
      InvalidParameters: (Names as string[]).filter((name) => !(name in kept)),
    }),
  );
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env['AWS_ENDPOINT_URL_SSM'] = `http://127.0.0.1:${port}`;
  process.env['AWS_REGION'] ??= 'eu-west-1';
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a setting that names a parameter has its value, decrypted; the others stay', async () => {
  const environment = { WEBHOOK_SECRETS: 'ssm:/impasto/production/webhook-secrets', WORK: 'false' };
  expect(await withParameters(environment)).toEqual({
    WEBHOOK_SECRETS: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    WORK: 'false',
  });
  expect(requests.at(-1)).toEqual({
    target: 'AmazonSSM.GetParameters',
    names: ['/impasto/production/webhook-secrets'],
    decrypt: true,
  });
});

test('without such a setting nothing is asked for', async () => {
  const before = requests.length;
  const environment = { LOG_LEVEL: 'info', WEBHOOK_SECRETS: '' };
  expect(await withParameters(environment)).toBe(environment);
  expect(requests).toHaveLength(before);
});

test('more than one request takes are read by several, and each name once', async () => {
  const before = requests.length;
  const environment = Object.fromEntries(
    Array.from({ length: 24 }, (_, i) => [`SETTING_${i}`, `ssm:/impasto/many/${i % 12}`]),
  );
  expect(await withParameters(environment)).toMatchObject({
    SETTING_0: 'value 0',
    SETTING_11: 'value 11',
    SETTING_23: 'value 11',
  });
  expect(
    requests
      .slice(before)
      .map(({ names }) => names.length)
      .sort(),
  ).toEqual([10, 2]);
});

test.each([
  ['ssm:/impasto/none', 'WEBHOOK_SECRETS: Expected an SSM parameter /impasto/none'],
  ['ssm:/refused', 'WEBHOOK_SECRETS: /refused cannot be read from SSM: No.'],
])('%s is refused with the name of the setting', async (value, message) => {
  await expect(withParameters({ WEBHOOK_SECRETS: value })).rejects.toThrow(message);
});
