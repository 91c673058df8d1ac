/** What it takes to learn styles, small enough for tests. */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { MODELS_DIR } from './folders.ts';
import { narrowVgg19 } from './loss-network.ts';
import { jpeg } from './pictures.ts';
import { temporary } from './temporary.ts';

/** Settings with two styles, two photographs and a narrow loss network. */
export async function workshopSettings() {
  const folder = temporary();
  const [models, photos] = [join(folder, 'models'), join(folder, 'photos')];
  const lossNetwork = join(folder, 'vgg19.safetensors');
  mkdirSync(photos);
  for (const style of ['udnie', 'great-wave']) {
    cpSync(join(MODELS_DIR, style), join(models, style), { recursive: true });
  }
  writeFileSync(lossNetwork, writeSafetensors(narrowVgg19()));
  for (const seed of [1, 2]) {
    writeFileSync(join(photos, `${seed}.jpg`), await jpeg(90, 70, seed));
  }
  return {
    MODELS_DIR: models,
    DEFAULT_STYLE: 'udnie',
    TRAINING_PHOTOS_DIR: photos,
    LOSS_NETWORK: lossNetwork,
  };
}
