import { expect, test } from 'vitest';
import {
  type Hyperparameter,
  recordedValues,
  withDefaults,
} from '../../src/training/hyperparameter.ts';
import { DISTILLATION, OPTIMIZATION, TRAINING } from '../../src/training/hyperparameters.ts';

const TABLES = { TRAINING, OPTIMIZATION, DISTILLATION };

/** The numbers that a default consists of. */
function numbersOf(hyperparameter: Hyperparameter): number[] {
  if (hyperparameter.kind === 'range') return Object.values(hyperparameter.default);
  if (hyperparameter.kind !== 'number' || hyperparameter.default === undefined) return [];
  return [hyperparameter.default];
}

test.each(Object.entries(TABLES))('defaults of %s are values that may be given', (_, table) => {
  for (const [name, hyperparameter] of Object.entries<Hyperparameter>(table)) {
    if (hyperparameter.kind === 'choice') {
      expect([name, hyperparameter.choices]).toEqual([
        name,
        expect.arrayContaining([hyperparameter.default]),
      ]);
    }
    if (hyperparameter.kind === 'weights') {
      expect(hyperparameter.names).toEqual(
        expect.arrayContaining(Object.keys(hyperparameter.default)),
      );
    }
    if (hyperparameter.kind !== 'number' && hyperparameter.kind !== 'range') continue;
    for (const value of numbersOf(hyperparameter)) {
      expect([name, value]).toEqual([name, hyperparameter.whole ? Math.round(value) : value]);
      expect(value).toBeGreaterThanOrEqual(hyperparameter.minimum);
      expect(value).toBeLessThanOrEqual(hyperparameter.maximum);
    }
  }
});

test('what is given stays, and weights keep the defaults of the names that are not given', () => {
  const values = withDefaults(TRAINING, {
    steps: 7,
    seed: undefined,
    layerWeights: { relu4_1: 0 },
  });
  expect(values).toMatchObject({ steps: 7, batch: 4, seed: 0, gradientRatio: undefined });
  expect(values.layerWeights).toEqual({
    relu1_1: 1,
    relu2_1: 1,
    relu3_1: 1,
    relu4_1: 0,
    relu5_1: 1,
  });
  expect(Object.keys(values)).toEqual(Object.keys(TRAINING));
});

test('the card records where ranges end', () => {
  const values = withDefaults(TRAINING, { styleWeight: { from: 5, to: 15 } });
  expect(recordedValues(TRAINING, values)).toEqual({
    steps: 480,
    batch: 4,
    crop: 224,
    contentWeight: 1,
    styleWeight: 15,
    tvWeight: 0.1,
    learningRate: 0.002,
  });
});
