/** Files of a style that are damaged: at start nothing begins, later the others go on. */

import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MODELS_DIR } from '../support/folders.ts';
import { jpeg } from '../support/pictures.ts';
import { startProcess } from '../support/process.ts';
import { useServer } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';

function modelsOf(...styles: string[]): string {
  const folder = temporary();
  for (const style of styles) {
    cpSync(join(MODELS_DIR, style), join(folder, style), { recursive: true });
  }
  return folder;
}

/** Ways in which a file comes to harm. */
const HARM: Readonly<Record<string, (path: string) => void>> = {
  'a bit is wrong': (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
  },
  'it is cut off': (path) => truncateSync(path, 1000),
  'it is empty': (path) => truncateSync(path, 0),
  'it is gone': (path) => rmSync(path),
};

describe('a style whose weights are damaged', () => {
  test.each(Object.keys(HARM))('stops the start: %s', async (harm) => {
    const MODELS_DIR = modelsOf('udnie', 'great-wave');
    HARM[harm]?.(join(MODELS_DIR, 'great-wave/weights.bin'));
    const started = startProcess({ PORT: '0', MODELS_DIR, DEFAULT_STYLE: 'udnie' });
    const [code] = await once(started.process, 'close');
    expect([code, started.output()]).toEqual([
      1,
      expect.stringContaining('great-wave/weights.bin'),
    ]);
  });

  describe('while the server runs', () => {
    const models = modelsOf('udnie', 'great-wave', 'the-scream', 'starry-night');
    const server = useServer({ MODELS_DIR: models, DEFAULT_STYLE: 'udnie' });
    const paint = async (style: string) =>
      server.send(
        server
          .post('/v1/stylizations')
          .query({ style })
          .type('image/jpeg')
          .send(await jpeg()),
      );

    test.each(Object.keys(HARM))('is unavailable and the others are not: %s', async (harm) => {
      const path = join(models, 'great-wave/weights.bin');
      const whole = readFileSync(path);
      HARM[harm]?.(path);
      const answer = await paint('great-wave');
      expect([answer.status, answer.body.type]).toEqual([503, '/problems#style-unavailable']);
      expect(answer.body.detail).not.toContain(models);
      expect((await paint('great-wave:0.5,the-scream:0.5')).status).toBe(503);
      const weights = await server.send(server.get('/v1/styles/great-wave/weights.bin'));
      expect(weights.status).toBe(503);
      expect((await paint('udnie')).status).toBe(200);
      writeFileSync(path, whole);
    });

    test.each([
      'model.json',
      'preview.jpg',
      'weights.bin',
      'light/weights.bin',
      'light/model.json',
    ])('a file that is gone is no failure of ours: %s', async (name) => {
      rmSync(join(models, 'starry-night', name));
      const path = name === 'preview.jpg' ? 'preview' : name;
      const answer = await server.send(server.get(`/v1/styles/starry-night/${path}`));
      expect([answer.status, answer.body.type]).toEqual([503, '/problems#style-unavailable']);
    });

    test('that was put right is painted again', async () => {
      expect((await paint('great-wave')).status).toBe(200);
    });
  });
});
