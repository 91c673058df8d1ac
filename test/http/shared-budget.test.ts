/** The budget of bodies over HTTP: silence costs others nothing, and greed gives way. */

import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { picture } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const BUDGET_BYTES = 400_000;
const server = useServer({
  BODY_BUDGET_BYTES: String(BUDGET_BYTES),
  MAX_BODY_BYTES: String(BUDGET_BYTES),
  CALLER_HEADER: 'x-caller',
});
const path = '/v1/stylizations';
/** Some 100 KB. */
const photo = await picture(220, 160).png({ compressionLevel: 0 }).toBuffer();

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Announces a body as large as may be, and sends a part of it. */
function begin(caller: string, sentBytes: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(server.port(), '127.0.0.1', () => {
      const head = [
        `POST ${path} HTTP/1.1`,
        'host: a',
        'content-type: image/png',
        `x-caller: ${caller}`,
      ];
      socket.write(`${[...head, `content-length: ${BUDGET_BYTES}`].join('\r\n')}\r\n\r\n`);
      socket.write(Buffer.alloc(sentBytes), () => setTimeout(resolve, 100, socket));
    });
    socket.on('error', () => {});
    sockets.push(socket);
  });
}

const paint = (caller: string) =>
  server.send(server.post(path).type('image/png').set('x-caller', caller).send(photo));

test('what is announced and does not come takes nothing from others', async () => {
  await Promise.all(Array.from({ length: 20 }, () => begin('silent', 0)));
  expect((await paint('honest')).status).toBe(200);
});

test('who holds most gives way to who holds less', async () => {
  const greedy = await begin('greedy', BUDGET_BYTES / 2 - 10_000);
  const greedier = await begin('greedy', BUDGET_BYTES / 2 - 10_000);
  const refusal = new Promise<string>((resolve) =>
    greedier.once('data', (data) => resolve(data.toString('latin1'))),
  );
  expect((await paint('honest')).status).toBe(200);
  expect(await refusal).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1\r.*\/problems#slots-full/is);
  expect(greedy.destroyed).toBe(false);
});
