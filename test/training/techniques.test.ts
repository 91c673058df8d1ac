import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { fromFloat16, toFloat16 } from '../../src/network/float16.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { attentionWeights, saliency } from '../../src/training/attention.ts';
import { balancedStyleWeight } from '../../src/training/balance.ts';
import { toTensor } from '../../src/training/crops.ts';
import { alone } from '../../src/training/exchange.ts';
import { evaluate, gradientEnergies, termsOf } from '../../src/training/gradients.ts';
import { hybridLossNetwork } from '../../src/training/loss-network/hybrid.ts';
import { FEATURE_LAYERS, STYLE_LAYERS } from '../../src/training/loss-network/loss-network.ts';
import { afterGoodStep, afterOverflow, initialLossScale } from '../../src/training/loss-scale.ts';
import { gramMatrix, relativeSquaredError } from '../../src/training/losses.ts';
import {
  lossTensors,
  type Objective,
  type ObjectiveOptions,
  photoTargets,
} from '../../src/training/objective.ts';
import { pyramid } from '../../src/training/pyramid.ts';
import { always, RECIPE, type TrainingOptions } from '../../src/training/recipe.ts';
import { exact, roundingTo } from '../../src/training/rounding.ts';
import { cropSide, valueAt } from '../../src/training/schedule.ts';
import { statisticWeights, styleTargets } from '../../src/training/style-targets.ts';
import { initialState, type StepReport, train } from '../../src/training/trainer.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomDistilled, randomVgg } from '../support/loss-network.ts';
import { randomNumbers, randomPicture, randomWeights } from '../support/random.ts';

describe('weights that move', () => {
  test('linearly and along a cosine, from their start to their end', () => {
    const range = { from: 2, to: 1 };
    expect([0, 0.25, 0.5, 1].map((p) => valueAt(range, p, 'linear'))).toEqual([2, 1.75, 1.5, 1]);
    const cosine = [0, 0.25, 0.5, 1].map((p) => valueAt(range, p, 'cosine').toFixed(4));
    expect(cosine).toEqual(['2.0000', '1.8536', '1.5000', '1.0000']);
  });

  test('crops grow in steps of 16 within their range', () => {
    const range = { from: 100, to: 230 };
    const sides = Array.from({ length: 21 }, (_, i) => cropSide(range, i / 20));
    expect([sides[0], sides.at(-1)]).toEqual([100, 224]);
    expect(sides).toEqual([...sides].sort((a, b) => a - b));
    expect(
      sides.slice(1, -1).filter((side) => side % 16 !== 0 && side !== 100 && side !== 230),
    ).toEqual([]);
    expect(cropSide(always(227), 0.4)).toBe(227);
  });

  test('the balanced style weight goes where the gradients stand in the ratio', () => {
    const pull = { energies: [4, 0.25] as const, contentWeight: 1 };
    let weight = 1;
    for (let i = 0; i < 40; i += 1) weight = balancedStyleWeight(weight, pull, 3);
    expect((weight * Math.sqrt(0.25)) / Math.sqrt(4)).toBeCloseTo(3, 4);
    expect(balancedStyleWeight(5, { ...pull, energies: [4, 0] }, 3)).toBe(5);
  });
});

describe('loss scaling', () => {
  test('halves on overflow, doubles after two hundred good steps, gives up in the end', () => {
    const start = initialLossScale('float16');
    const halved = afterOverflow(start)!;
    expect(halved.factor).toBe(start.factor / 2);
    let scale = halved;
    for (let i = 0; i < 199; i += 1) scale = afterGoodStep(scale, 'float16');
    expect(scale.factor).toBe(halved.factor);
    expect(afterGoodStep(scale, 'float16')).toEqual({ factor: start.factor, goodSteps: 0 });
    expect(afterOverflow({ factor: 2 ** -10, goodSteps: 0 })).toBeUndefined();
    expect(afterGoodStep(initialLossScale('float32'), 'float32').factor).toBe(1);
  });
});

describe.skipIf(tensorflowMissing !== undefined)('techniques', () => {
  const network = trunkNetwork({ stem: 8, trunk: 8, blocks: 1 });
  const photos = [randomPicture(70, 66, 1), randomPicture(64, 80, 2)];
  const paintings = [randomPicture(64, 64, 3), randomPicture(80, 64, 4)];
  const lossNetwork = () => hybridLossNetwork(randomVgg(), randomDistilled());
  const scalar = (tensor: tf.Tensor) => tensor.dataSync()[0]!;

  beforeAll(async () => {
    await loadTensorflow();
  });

  const objectiveOf = (
    changes: Partial<ObjectiveOptions>,
    pictures: Picture[] = [paintings[0]!],
  ) => {
    const [options, vgg] = [{ ...RECIPE.objective, ...changes }, lossNetwork()];
    const styles = pictures.map((picture) => ({ pixels: toTensor(picture), weight: 1 }));
    const targets = styleTargets(vgg, styles, options);
    return { lossNetwork: vgg, styleTargets: targets, options, round: exact } satisfies Objective;
  };
  const lossesOf = (objective: Objective, masks?: tf.Tensor4D) => {
    const [photo, painting] = [toTensor(photos[0]!), toTensor(randomPicture(70, 66, 9))];
    return termsOf(lossTensors(objective, painting, photoTargets(objective, photo, masks)));
  };

  async function reports(
    changes: Partial<TrainingOptions>,
    data: { masks?: Picture[]; paintings?: { picture: Picture; weight: number }[] } = {},
  ): Promise<StepReport[]> {
    const options = { ...RECIPE, steps: 6, batch: 1, crop: always(48), ...changes };
    const start = initialState(randomWeights(network, 5), options);
    const all = { photos, paintings: [{ picture: paintings[0]!, weight: 1 }], ...data };
    const found: StepReport[] = [];
    for await (const { report } of train(start, all, lossNetwork(), options, alone)) {
      found.push(report);
    }
    return found;
  }

  describe('style', () => {
    test('is the weighted mean over its layers', () => {
      const styleLayers = { relu1_1: 2, relu2_1: 0, relu3_1: 1, relu4_1: 0, relu5_1: 1 };
      const features = (picture: Picture) =>
        lossNetwork().features(toTensor(picture), STYLE_LAYERS);
      const [found, wanted] = [features(randomPicture(70, 66, 9)), features(paintings[0]!)];
      const expected = STYLE_LAYERS.map(
        (layer) =>
          (styleLayers[layer] / 4) *
          scalar(
            relativeSquaredError(gramMatrix(found.get(layer)!), gramMatrix(wanted.get(layer)!)),
          ),
      ).reduce((a, b) => a + b);
      expect(lossesOf(objectiveOf({ styleLayers })).style).toBeCloseTo(expected, 4);
    });

    test('of several paintings has the mean of their correlations by weight', () => {
      const vgg = lossNetwork();
      const [a, b] = paintings.map((picture) => toTensor(picture)) as [tf.Tensor4D, tf.Tensor4D];
      const grams = (pixels: tf.Tensor4D) => [
        ...gramMatrix(vgg.features(pixels, ['relu2_1']).get('relu2_1')!).dataSync(),
      ];
      const [ofA, ofB] = [grams(a), grams(b)];
      const both = [
        { pixels: a, weight: 3 },
        { pixels: b, weight: 1 },
      ];
      const mixed = styleTargets(vgg, both, RECIPE.objective)[0]![1]!.dataSync();
      const largest = Math.max(...ofA);
      mixed.forEach((value, i) => {
        expect((value - (0.75 * ofA[i]! + 0.25 * ofB[i]!)) / largest).toBeCloseTo(0, 5);
      });
    });

    test('with fused layers compares correlations between neighbors', () => {
      const options = { ...RECIPE.objective, fuseLayers: true };
      expect(statisticWeights(options).map((weight) => weight.toFixed(3))).toEqual(
        Array.from({ length: 9 }, () => '0.111'),
      );
      const vgg = lossNetwork();
      const pixels = toTensor(paintings[0]!);
      const targets = styleTargets(vgg, [{ pixels, weight: 1 }], options)[0]!;
      expect(targets.map(({ shape }) => shape.slice(1))).toEqual([
        [64, 64],
        [128, 128],
        [256, 256],
        [128, 128],
        [128, 128],
        [64, 128],
        [128, 256],
        [256, 128],
        [128, 128],
      ]);
      const { style } = lossesOf(objectiveOf({ fuseLayers: true }));
      const plain = lossesOf(objectiveOf({})).style;
      expect(Math.abs(style / plain - 1)).toBeGreaterThan(1e-3);
    });
  });

  test('losses at several scales are the mean of those of each level of the pyramid', () => {
    const levels = (picture: Picture) => pyramid(toTensor(picture), 2);
    const vgg = lossNetwork();
    const single = levels(paintings[0]!).map((pixels, i) => {
      const options = RECIPE.objective;
      const styles = styleTargets(vgg, [{ pixels, weight: 1 }], options);
      const objective = { lossNetwork: vgg, styleTargets: styles, options, round: exact };
      const targets = photoTargets(objective, levels(photos[0]!)[i]!);
      return termsOf(lossTensors(objective, levels(randomPicture(70, 66, 9))[i]!, targets));
    });
    const both = lossesOf(objectiveOf({ scales: 2 }));
    expect(both.content).toBeCloseTo((single[0]!.content + single[1]!.content) / 2, 4);
    expect(both.style).toBeCloseTo((single[0]!.style + single[1]!.style) / 2, 4);
  });

  test('content layers are weighed', () => {
    const of = (contentLayers: ObjectiveOptions['contentLayers']) =>
      lossesOf(objectiveOf({ contentLayers })).content;
    const [shallow, deep] = [of({ relu2_1: 1 }), of({ relu4_2: 1 })];
    expect(of({ relu2_1: 1, relu4_2: 3 })).toBeCloseTo((shallow + 3 * deep) / 4, 4);
    expect(of({})).toBeCloseTo(of({ relu4_1: 7 }), 6);
  });

  describe('attention', () => {
    test('weights have mean 1 in every picture and follow the map', () => {
      const map = tf.tensor4d([0, 0, 1, 1, 0, 0, 0, 1], [2, 2, 2, 1]);
      const weights = [...attentionWeights(map, 3, [2, 2]).dataSync()];
      expect(weights.map((x) => Number(x.toFixed(3)))).toEqual([
        0.4, 0.4, 1.6, 1.6, 0.571, 0.571, 0.571, 2.286,
      ]);
    });

    test('saliency finds the busy part of a picture', () => {
      const random = randomNumbers(3);
      const data = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) =>
        Math.floor(i / 3) % 96 < 48 ? 128 : random() * 255,
      );
      const picture = toTensor({ width: 96, height: 96, data });
      const map = saliency(lossNetwork().features(picture, FEATURE_LAYERS));
      const [, height, width] = map.shape;
      const half = (x: number) =>
        scalar(tf.mean(tf.slice4d(map, [0, 0, x, 0], [1, height, width / 2, 1])));
      expect(half(width / 2)).toBeGreaterThan(2 * half(0));
      expect([scalar(tf.min(map)), scalar(tf.max(map))]).toEqual([
        expect.closeTo(0, 4),
        expect.closeTo(1, 4),
      ]);
    });

    test('a mask makes content count where it is white and style where it is black', () => {
      const objective = objectiveOf({ attention: 50 });
      const photo = toTensor(photos[0]!);
      const [, height, width] = photo.shape;
      const left = tf.concat(
        [tf.ones([1, height, 35, 1]), tf.zeros([1, height, width - 35, 1])],
        2,
      );
      const damaged = tf.concat(
        [tf.slice4d(photo, [0, 0, 0, 0], [1, height, 20, 3]), tf.zeros([1, height, width - 20, 3])],
        2,
      ) as tf.Tensor4D;
      const content = (mask: tf.Tensor4D) =>
        termsOf(lossTensors(objective, damaged, photoTargets(objective, photo, mask))).content;
      const right = tf.sub(1, left) as tf.Tensor4D;
      expect(content(right)).toBeGreaterThan(3 * content(left as tf.Tensor4D));
      expect(lossesOf(objective, right).style).not.toBeCloseTo(lossesOf(objective).style, 4);
    });

    test('training takes masks along with their crops', async () => {
      const white = (value: number): Picture[] =>
        photos.map(({ width, height }) => ({
          width,
          height,
          data: new Uint8Array(width * height * 3).map((_, i) =>
            Math.floor(i / 3) % width < 20 ? value : 0,
          ),
        }));
      const changes = { steps: 2, objective: { ...RECIPE.objective, attention: 5 } };
      const [masked, found, empty] = [
        await reports(changes, { masks: white(255) }),
        await reports(changes),
        await reports(changes, { masks: white(0) }),
      ];
      const plain = await reports({ steps: 2 });
      expect(empty.map(({ total }) => total)).toEqual(
        plain.map(({ total }) => expect.closeTo(total, 3)),
      );
      expect(masked[0]!.terms.content).not.toBeCloseTo(plain[0]!.terms.content, 4);
      expect(found[0]!.terms.content).not.toBeCloseTo(plain[0]!.terms.content, 4);
    });
  });

  describe('precision', () => {
    const samples = () => {
      const random = randomNumbers(8);
      const spread = Array.from(
        { length: 500 },
        () => (random() - 0.5) * 2 ** (random() * 40 - 26),
      );
      return Float32Array.from([
        ...spread,
        0,
        1,
        -1,
        65504,
        65519,
        65520,
        1e6,
        -7e4,
        2 ** -24,
        2e-8,
      ]);
    };
    const roundBfloat16 = (x: number) => {
      const word = new Uint32Array(Float32Array.of(x).buffer)[0]!;
      const rounded = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
      return new Float32Array(Uint32Array.of(rounded >>> 0).buffer)[0]!;
    };

    /** Zeros of either sign are one. */
    const unsigned = (x: number) => x + 0;

    test('bfloat16 and float16 are the values that have 16 bits', () => {
      const values = samples();
      const half = [...roundingTo('float16')(tf.tensor1d(values)).dataSync()];
      expect(half.map(unsigned)).toEqual([...fromFloat16(toFloat16(values))].map(unsigned));
      const brain = [...roundingTo('bfloat16')(tf.tensor1d(values)).dataSync()];
      expect(brain.map(unsigned)).toEqual([...values].map(roundBfloat16).map(unsigned));
    });

    test('gradients are rounded on their way back', () => {
      const gradient = tf.grad((x) => tf.mul(roundingTo('float16')(x), 1 + 2 ** -12))(tf.scalar(3));
      expect(scalar(gradient)).toBe(1);
      const vanishing = tf.grad((x) => tf.mul(roundingTo('float16')(x), 1e-9))(tf.scalar(3));
      expect(scalar(vanishing)).toBe(0);
    });

    test('loss scaling brings back gradients that vanish in float16', () => {
      const objective = { ...objectiveOf({}), round: roundingTo('float16') };
      const pixels = toTensor(photos[0]!);
      const batch = { photos: pixels, targets: photoTargets(objective, pixels) };
      const task = { network, objective, margin: 8 };
      const small = {
        content: 1e-7,
        style: 1e-7,
        totalVariation: 0,
        outOfRange: 0,
        lattice: 0,
        halo: 0,
      };
      const zeros = (scale: number) => {
        const { gradients } = evaluate(task, randomWeights(network, 5), batch, small, scale);
        const all = [...gradients.values()].flatMap(({ data }) => [...data]);
        return all.filter((value) => value === 0).length / all.length;
      };
      expect(zeros(1)).toBeGreaterThan(0.5);
      expect(zeros(2 ** 16)).toBeLessThan(0.1);
    });

    test('the recipe trains through both, near what float32 gives', async () => {
      const [full, brain, half] = await Promise.all(
        (['float32', 'bfloat16', 'float16'] as const).map((precision) =>
          // Losses of successive steps compare only where the crops are alike.
          reports({
            precision,
            steps: 10,
            learningRate: 0.01,
            photoScale: always(1),
            groundShare: 0,
          }),
        ),
      );
      for (const rounded of [brain!, half!]) {
        expect(rounded.at(-1)!.total).toBeLessThan(rounded[0]!.total);
        expect(Math.abs(rounded[0]!.total / full![0]!.total - 1)).toBeLessThan(0.05);
        expect(rounded[3]!.total).not.toBe(full![3]!.total);
      }
    });

    test('a step whose gradients overflow is left out, and the scale halved', async () => {
      const options = {
        ...RECIPE,
        steps: 40,
        batch: 1,
        crop: always(48),
        precision: 'float16' as const,
      };
      const fresh = initialState(randomWeights(network, 5), options);
      const start = { ...fresh, lossScale: { factor: 2 ** 40, goodSteps: 0 } };
      const data = { photos, paintings: [{ picture: paintings[0]!, weight: 1 }] };
      const skipped: boolean[] = [];
      for await (const { state, report } of train(start, data, lossNetwork(), options, alone)) {
        skipped.push(report.skipped);
        if (report.skipped) expect(state.weights).toBe(start.weights);
        if (!report.skipped) break;
      }
      expect(skipped[0]).toBe(true);
      expect(skipped.at(-1)).toBe(false);
    });
  });

  describe('schedules in a run', () => {
    test('weights move and crops grow', async () => {
      const found = await reports({
        contentWeight: { from: 2, to: 1 },
        styleWeight: { from: 0, to: 6 },
      });
      expect(found.map(({ lossWeights }) => lossWeights.style)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(found[3]!.lossWeights.content).toBe(1.5);
      expect(found[3]!.total).toBeCloseTo(
        1.5 * found[3]!.terms.content +
          3 * found[3]!.terms.style +
          0.1 * found[3]!.terms.totalVariation +
          found[3]!.terms.outOfRange,
        5,
      );
    });

    test('the adaptive balance brings the gradients to the ratio', async () => {
      const found = await reports({ gradientRatio: 4, steps: 60, learningRate: 1e-9 });
      const objective = objectiveOf({});
      const pixels = toTensor(photos[0]!);
      const batch = { photos: pixels, targets: photoTargets(objective, pixels) };
      const [content, style] = gradientEnergies(
        { network, objective, margin: 8 },
        randomWeights(network, 5),
        batch,
      );
      const weight = found.at(-1)!.lossWeights.style;
      const ratio = (weight * Math.sqrt(style)) / Math.sqrt(content);
      expect(ratio).toBeGreaterThan(2);
      expect(ratio).toBeLessThan(8);
      expect(weight).not.toBeCloseTo(RECIPE.styleWeight.from, 1);
    });
  });
});
