/** What is thrown at a public server: every attempt gets its problem, and the server goes on. */

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { bomb, jpeg, picture } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const MAX_BODY_BYTES = 2_000_000;
const server = useServer({
  MAX_BODY_BYTES: String(MAX_BODY_BYTES),
  BODY_TIMEOUT_MS: '400',
  MAX_PIXELS: '4000000',
  MAX_PAGES: '3',
});
const path = '/v1/stylizations';
const photo = await jpeg();

const raw = (body: Buffer | string, type = 'image/jpeg', query: object = {}) =>
  server.post(path).query(query).set('content-type', type).send(body);

afterEach(async () => {
  const answer = await server.send(raw(photo));
  expect(answer.status).toBe(200);
});

const gif = await picture(20, 20).gif().toBuffer();
const png = await picture().png().toBuffer();

describe('files', () => {
  const cases: [string, Buffer, string, number, string][] = [
    [
      'a JPEG cut in half',
      photo.subarray(0, photo.length / 2),
      'image/jpeg',
      422,
      'image-unreadable',
    ],
    ['a JPEG of its first 20 bytes', photo.subarray(0, 20), 'image/jpeg', 422, 'image-unreadable'],
    ['a PNG cut in half', png.subarray(0, png.length / 2), 'image/png', 422, 'image-unreadable'],
    [
      'a PNG with a damaged chunk',
      Buffer.from(png).fill(7, 40, 60),
      'image/png',
      422,
      'image-unreadable',
    ],
    ['nothing', Buffer.alloc(0), 'image/jpeg', 422, 'invalid-request'],
    ['one byte', Buffer.from('x'), 'image/jpeg', 415, 'unsupported-media-type'],
    [
      'text that calls itself a JPEG',
      Buffer.from('hello, world'),
      'image/jpeg',
      415,
      'unsupported-media-type',
    ],
    [
      'a PDF that calls itself a PNG',
      Buffer.from('%PDF-1.7\n%âãÏÓ'),
      'image/png',
      415,
      'unsupported-media-type',
    ],
    [
      'an SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'image/svg+xml',
      415,
      'unsupported-media-type',
    ],
    [
      'a GIF that is also a script',
      Buffer.from('GIF89a=1;alert(1)//'),
      'image/gif',
      422,
      'image-unreadable',
    ],
    [
      'a JPEG signature before an SVG',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('<svg/>')]),
      'image/jpeg',
      422,
      'image-unreadable',
    ],
    ['a bomb of 30000 x 30000', bomb(30_000, 30_000), 'image/png', 422, 'image-too-large'],
    ['a line of a million pixels', bomb(1_000_000, 1), 'image/png', 422, 'image-too-large'],
    ['a bomb just above the limit', bomb(4001, 1000), 'image/png', 422, 'image-too-large'],
  ];

  test.each(cases)('%s', async (_, body, type, status, problem) => {
    const answer = await server.send(raw(body, type));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body.type).toBe(`/problems#${problem}`);
    expect(answer.body.detail).toMatch(/^Expected /);
  });

  test('an honest file with something else appended is painted', async () => {
    const polyglot = Buffer.concat([photo, Buffer.from('PK\x03\x04 not really a zip')]);
    const answer = await server.send(raw(polyglot));
    expect(answer.status).toBe(200);
    expect(answer.body.includes('not really a zip')).toBe(false);
  });

  test('a file whose content-type is wrong is told by its bytes', async () => {
    expect((await server.send(raw(gif, 'image/png'))).status).toBe(200);
  });

  test('an animation with too many frames', async () => {
    const frames = await picture(8, 8 * 5)
      .gif()
      .toBuffer();
    const animation = await (await import('sharp'))
      .default(frames)
      .raw()
      .toBuffer()
      .then((data) =>
        import('sharp').then(({ default: sharp }) =>
          sharp(data, { raw: { width: 8, height: 40, channels: 3, pageHeight: 8 } })
            .gif()
            .toBuffer(),
        ),
      );
    const answer = await server.send(raw(animation, 'image/gif'));
    expect(answer.body).toMatchObject({ type: '/problems#image-too-large', status: 422 });
    expect(answer.body.detail).toContain('at most 3');
  });

  test('a brush that would make a bomb of an honest photograph', async () => {
    const answer = await server.send(
      raw(await jpeg(1600, 1500), 'image/jpeg', { stroke_size: 0.25 }),
    );
    expect(answer.body).toMatchObject({ type: '/problems#image-too-large' });
  });
});

describe('requests', () => {
  test.each([
    ['strength', 'NaN'],
    ['strength', '1.01'],
    ['strength', 'Infinity'],
    ['strength', '0x1'],
    ['stroke_size', '0'],
    ['stroke_size', '4.5'],
    ['max_size', '0'],
    ['max_size', '10.5'],
    ['max_size', '-1'],
    ['quality', '101'],
    ['format', 'bmp'],
    ['preserve_colors', 'maybe'],
    ['preserve_colors', '5'],
    ['style', 'udnie:0.5,great-wave:0.6'],
    ['style', 'udnie:0.5'],
    ['style', 'udnie:-1,great-wave:2'],
    ['style', 'udnie:NaN,great-wave:1'],
    ['style', 'udnie,great-wave:1'],
    ['style', 'udnie,udnie'],
    ['style', '../../etc/passwd'],
    ['style', 'udnie:0.5:0.5'],
    ['color', 'red'],
  ])('%s = %j', async (name, value) => {
    const answer = await server.send(raw(photo, 'image/jpeg', { [name]: value }));
    expect(answer.status).toBe(422);
    expect(answer.body.type).toBe('/problems#invalid-request');
    expect(answer.body.errors[0].pointer).toBe(`/${name}`);
    expect(answer.body.errors[0].detail).toMatch(/^Expected .+[.]$/);
  });

  test('every bad field is reported at once', async () => {
    const query = { strength: 'a', quality: 'b', max_size: 'c' };
    const answer = await server.send(raw(photo, 'image/jpeg', query));
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(['/max_size', '/quality', '/strength']);
  });

  test('an unknown style names the known ones', async () => {
    const answer = await server.send(raw(photo, 'image/jpeg', { style: 'bob-ross' }));
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ type: '/problems#style-not-found' });
    expect(answer.body.detail).toContain('starry-night');
  });

  test('the same option twice', async () => {
    const answer = await server.send(
      server.post(`${path}?strength=0&strength=1`).type('image/jpeg').send(photo),
    );
    expect(answer.body.errors[0].pointer).toBe('/strength');
  });

  const json = (body: string) => raw(body, 'application/json');
  test.each([
    ['not JSON', '{"image":', 400, 'malformed-body'],
    ['a list', '[]', 422, 'invalid-request'],
    ['no image', '{"style":"udnie"}', 422, 'invalid-request'],
    ['a number as image', '{"image":7}', 422, 'invalid-request'],
    ['an address of this machine', '{"image":"http://127.0.0.1:1/a.jpg"}', 422, 'source-refused'],
    ['a file URL', '{"image":"file:///etc/passwd"}', 422, 'invalid-request'],
    ['a data URL without a comma', '{"image":"data:image/png;base64"}', 422, 'invalid-request'],
    ['a data URL of text', '{"image":"data:image/png,abc"}', 415, 'unsupported-media-type'],
    ['bad base64', '{"image":"data:image/png;base64,%%%"}', 422, 'invalid-request'],
    [
      'strength as text',
      '{"image":"data:image/png;base64,AAAA","strength":"1"}',
      422,
      'invalid-request',
    ],
    [
      'a prototype',
      '{"image":"data:image/png;base64,AAAA","__proto__":{"strength":0}}',
      415,
      'unsupported-media-type',
    ],
  ])('JSON: %s', async (_, body, status, problem) => {
    const answer = await server.send(json(body));
    expect([answer.status, answer.body.type]).toEqual([status, `/problems#${problem}`]);
  });

  test.each([
    [
      'without an image',
      '--b\r\ncontent-disposition: form-data; name="style"\r\n\r\nudnie\r\n--b--\r\n',
      422,
    ],
    [
      'that ends early',
      '--b\r\ncontent-disposition: form-data; name="image"; filename="a"\r\n\r\nabc',
      400,
    ],
    ['of noise', 'lorem ipsum', 400],
  ])('a form %s', async (_, body, status) => {
    const answer = await server.send(raw(body, 'multipart/form-data; boundary=b'));
    expect(answer.status).toBe(status);
  });

  test('a form without its boundary', async () => {
    const answer = await server.send(raw('x', 'multipart/form-data'));
    expect(answer.body).toMatchObject({ status: 400, type: '/problems#malformed-body' });
  });

  test.each([
    ['unquoted names', 'name=image; filename=a.jpg'],
    ['an extended file name', `name="image"; filename="a.jpg"; filename*=UTF-8''%C3%A4.jpg`],
  ])('a form with %s, as some clients write it, is painted', async (_, disposition) => {
    const body = Buffer.concat([
      Buffer.from(`preamble\r\n--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
      photo,
      Buffer.from('\r\n--b--\r\nepilogue'),
    ]);
    expect((await server.send(raw(body, 'multipart/form-data; boundary=b'))).status).toBe(200);
  });

  test('a form of ten thousand fields is refused quickly', async () => {
    const field = (i: number) => `--b\r\ncontent-disposition: form-data; name="f${i}"\r\n\r\n1\r\n`;
    const body = `${Array.from({ length: 10_000 }, (_, i) => field(i)).join('')}--b--\r\n`;
    const answer = await server.send(raw(body, 'multipart/form-data; boundary=b'));
    expect(answer.body).toMatchObject({ status: 400, type: '/problems#malformed-body' });
  });

  test('an answer never repeats what it was sent at length', async () => {
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key${i}`, 1]));
    const long = { ['k'.repeat(100_000)]: 'v'.repeat(100_000), strength: 's'.repeat(100_000) };
    for (const fields of [keys, long]) {
      const body = JSON.stringify({ image: 'data:image/png;base64,AAAA', ...fields });
      const answer = await server.send(raw(body, 'application/json'));
      expect(answer.status).toBe(422);
      expect(answer.text.length).toBeLessThan(20_000);
    }
    const deep = `{"image":"data:image/png;base64,AAAA","strength":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const answer = await server.send(raw(deep, 'application/json'));
    expect([answer.status, answer.body.errors[0].detail]).toEqual([
      422,
      expect.stringContaining('got a list'),
    ]);
  });

  test('a picture longer than the format can hold', async () => {
    const strip = await jpeg(17_000, 70);
    const explicit = await server.send(raw(strip, 'image/jpeg', { format: 'webp' }));
    expect([explicit.status, explicit.body.type]).toEqual([422, '/problems#image-too-large']);
    const auto = await server.send(raw(strip).set('accept', 'image/webp,image/jpeg;q=0.5'));
    expect([auto.status, auto.headers['content-type']]).toEqual([200, 'image/jpeg']);
  });

  test('a file where an option belongs', async () => {
    const answer = await server.send(
      server.post(path).attach('image', photo, 'a.jpg').attach('strength', photo, 'b.jpg'),
    );
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/strength' });
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'video/mp4'])(
    'a body of %s',
    async (type) => {
      const answer = await server.send(raw('a=b', type));
      expect([answer.status, answer.body.type]).toEqual([415, '/problems#unsupported-media-type']);
    },
  );

  test('an answer in a format that nobody writes', async () => {
    const answer = await server.send(raw(photo).set('accept', 'text/html'));
    expect([answer.status, answer.body.type]).toEqual([406, '/problems#not-acceptable']);
  });

  test('other methods and other places', async () => {
    const wrong = await request(server.url()).delete(path);
    expect([wrong.status, wrong.headers['allow'], wrong.body.type]).toEqual([
      405,
      'POST, GET, HEAD',
      '/problems#method-not-allowed',
    ]);
    const nowhere = await server.get('/v1/nothing');
    expect([nowhere.status, nowhere.body.type]).toEqual([404, '/problems#not-found']);
  });
});

describe('connections', () => {
  test('a body that announces too much is refused before it is sent', async () => {
    const answer = await exchange((socket) => {
      socket.write(head(`content-length: ${200 * 2 ** 20}`));
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('/problems#payload-too-large');
  });

  test('an endless stream is refused at the limit', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(65_536, 1);
    const answer = await exchange((socket) => {
      socket.write(head('transfer-encoding: chunked'));
      const more = () => {
        if (socket.destroyed || sent > 200 * 2 ** 20) return;
        socket.write(`${chunk.length.toString(16)}\r\n`);
        sent += chunk.length;
        if (socket.write(Buffer.concat([chunk, Buffer.from('\r\n')]))) setImmediate(more);
        else socket.once('drain', more);
      };
      more();
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(sent).toBeLessThan(200 * 2 ** 20);
  });

  test('a body that trickles is given up', async () => {
    const answer = await exchange((socket) => {
      socket.write(head('content-length: 1000'));
      socket.write(photo.subarray(0, 10));
    });
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('/problems#request-timeout');
  });

  test('many callers who hang up leave no slot taken', async () => {
    const large = await jpeg(600, 500);
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const controller = new AbortController();
        const answer = fetch(`${server.url()}${path}`, {
          method: 'POST',
          body: new Uint8Array(large),
          headers: { 'content-type': 'image/jpeg' },
          signal: controller.signal,
        }).catch(() => undefined);
        await sleep(i);
        controller.abort();
        await answer;
      }),
    );
    await expect
      .poll(async () => (await server.get('/health/ready')).body, { timeout: 10_000 })
      .toMatchObject({ status: 'ok', running: 0, waiting: 0 });
  });
});

function head(header: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/jpeg\r\n${header}\r\n\r\n`;
}

/** Everything the server says on one connection until it closes or falls silent. */
function exchange(speak: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(server.port(), '127.0.0.1', () => speak(socket));
    const finish = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      setTimeout(finish, 200);
    });
    socket.on('close', finish);
    socket.on('error', (error) => (answer === '' ? reject(error) : finish()));
    setTimeout(() => reject(new Error('The server did not answer.')), 10_000).unref();
  });
}
