import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPredictor } from '../../src/formats/predictor-file.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import { encodedLength } from '../../src/network/style-predictor.ts';
import { networkOf, type Tensor } from '../../src/network/weights.ts';
import { PREDICTOR_FILE } from '../../src/styles/predictor.ts';
import { MODELS_DIR } from '../support/folders.ts';

const file = await readFile(join(MODELS_DIR, PREDICTOR_FILE));
const changed = (change: (tensors: Map<string, Tensor>) => void): Uint8Array => {
  const tensors = new Map(readSafetensors(file));
  change(tensors);
  return writeSafetensors(tensors);
};

describe('the predictor that ships', () => {
  test('goes out from a network like those of the styles, and its encoder says as much as that takes', () => {
    const parts = readPredictor(file);
    expect(networkOf(parts.base).name).toBe('impasto-24-48-5-noise');
    const last = [...parts.encoder].filter(([name]) => /^dense\/\d+\/bias$/.test(name)).at(-1);
    expect(last?.[1].shape).toEqual([encodedLength(parts)]);
  });

  test('has its parameters in the order of the network, whatever the order of the file', () => {
    const backwards = writeSafetensors(new Map([...readSafetensors(file)].reverse()));
    const names = [...readPredictor(backwards).base.keys()];
    expect(names.slice(0, 3)).toEqual(['stem/kernel', 'stem/gamma', 'stem/beta']);
    expect(names).toEqual([...readPredictor(file).base.keys()]);
  });
});

describe('a damaged predictor is refused', () => {
  test.each<[string, (tensors: Map<string, Tensor>) => void, RegExp]>([
    ['without a kernel', (t) => t.delete('base/head/kernel'), /tensor named head\/kernel/],
    ['without step sizes', (t) => t.delete('step-size/up/kernel'), /named up\/kernel/],
    [
      'with changes of another shape',
      (t) => t.set('basis/up/kernel', { shape: [24, 1], data: new Float32Array(24) }),
      /Expected changes of up\/kernel of shape \[24,3,3,48,24\], got \[24,1\]/,
    ],
  ])('%s', (_, change, message) => {
    expect(() => readPredictor(changed(change))).toThrow(message);
  });

  test('that is cut off', () => {
    expect(() => readPredictor(file.subarray(0, 100_000))).toThrow(/Expected \d+ bytes/);
  });
});
