/** What it takes to learn styles by request: whatever is missing is named. */

import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { trainerOf } from '../../src/services/style-training.ts';
import { DIST_DIR } from '../support/dist.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { testConfig } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';
import { workshopSettings } from '../support/workshop.ts';

const settings = await workshopSettings();
const check = (changes: Record<string, string>) =>
  trainerOf(testConfig({ ...settings, ...changes })).check();

/** What the build made, beside all packages but TensorFlow. */
function distWithoutTensorflow(): string {
  const folder = temporary();
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(packages)) {
    if (name === '@tensorflow') continue;
    symlinkSync(join(packages, name), join(folder, 'node_modules', name));
  }
  cpSync(DIST_DIR, join(folder, 'dist'), { recursive: true });
  return join(folder, 'dist');
}

describe('learning by request', () => {
  test.skipIf(tensorflowMissing !== undefined)('has all that it takes', async () => {
    await expect(check({})).resolves.toBe(undefined);
  });

  test.each([
    ['no folder of photographs', { TRAINING_PHOTOS_DIR: '' }, /TRAINING_PHOTOS_DIR/],
    ['no photographs', { TRAINING_PHOTOS_DIR: temporary() }, /photographs in the folder/],
    ['no loss network', { LOSS_NETWORK: '' }, /LOSS_NETWORK/],
    ['a loss network that is not there', { LOSS_NETWORK: '/nowhere' }, /LOSS_NETWORK says/],
  ])('names what is missing: %s', async (_, changes, message) => {
    await expect(check(changes)).rejects.toMatchObject({
      type: 'training-unavailable',
      message: expect.stringMatching(message),
    });
  });

  test('names TensorFlow where nothing else is missing', async () => {
    await expect(check({ DIST_DIR: distWithoutTensorflow() })).rejects.toMatchObject({
      type: 'training-unavailable',
      message: expect.stringContaining('tfjs-node'),
      cause: { type: 'training-unavailable', message: expect.stringContaining('tfjs-node') },
    });
  });
});
