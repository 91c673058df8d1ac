import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { concat } from '../../src/formats/bytes.ts';
import { float, integer, integers, message, text } from '../../src/formats/protobuf.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { graphModel, readGraphModel } from '../../src/formats/tensorflow/graph-model.ts';
import { float16Bits, float16Value, fromFloat16, toFloat16 } from '../../src/network/float16.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { randomWeights } from '../support/random.ts';

describe('half precision', () => {
  test('every half is its own rounding', () => {
    for (let half = 0; half < 65_536; half += 1) {
      const value = float16Value(half);
      if (Number.isNaN(value)) expect(Number.isNaN(float16Value(float16Bits(value)))).toBe(true);
      else expect(float16Bits(value)).toBe(half);
    }
  });

  test('many at once are the same numbers as one by one', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, half) => half);
    expect(fromFloat16(halves)).toEqual(Float32Array.from(halves, float16Value));
  });

  test('rounds to the nearest half, ties to even', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7bfe }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (half, part) => {
          const [low, high] = [float16Value(half), float16Value(half + 1)];
          const value = Math.fround(low + (high - low) * part);
          const rounded = float16Value(float16Bits(value));
          const error = Math.abs(rounded - value);
          expect(error).toBeLessThanOrEqual(Math.min(value - low, high - value) + 1e-12);
          if (value - low === high - value) expect(float16Bits(value) % 2).toBe(0);
        },
      ),
    );
  });

  test('too large becomes infinity, signs are kept', () => {
    expect(float16Value(float16Bits(65_520))).toBe(Number.POSITIVE_INFINITY);
    expect(float16Value(float16Bits(-65_519))).toBe(-65_504);
    expect(Object.is(float16Value(float16Bits(-0)), -0)).toBe(true);
  });
});

describe('graph model', () => {
  const network = trunkNetwork({ stem: 8, trunk: 12, blocks: 1 });
  const weights = randomWeights(network, 1);

  test('float32 comes back exactly, float16 rounded', () => {
    const exact = graphModel(network, weights, 'float32');
    expect(readGraphModel(exact.model, exact.weightData)).toEqual(weights);
    const half = graphModel(network, weights, 'float16');
    const rounded = new Map(
      [...weights].map(([name, { shape, data }]) => [
        name,
        { shape, data: fromFloat16(toFloat16(data)) },
      ]),
    );
    expect(readGraphModel(JSON.parse(JSON.stringify(half.model)), half.weightData)).toEqual(
      rounded,
    );
  });

  test.each([
    ['cut off', (data: Uint8Array) => data.subarray(0, -1), /Expected weights up to byte/],
    ['too long', (data: Uint8Array) => new Uint8Array([...data, 0]), /bytes of weights, found/],
  ])('weights that are %s', (_, change, error) => {
    const { model, weightData } = graphModel(network, weights, 'float16');
    expect(() => readGraphModel(model, change(weightData))).toThrow(error);
  });

  test.each([
    [null],
    [{}],
    [[]],
    [{ weightsManifest: [{ weights: [{ name: 'x', shape: 'y' }] }] }],
  ])('%j is no graph model', (model) => {
    expect(() => readGraphModel(model, new Uint8Array())).toThrow(
      /Expected a TensorFlow.js graph model/,
    );
  });
});

describe('safetensors', () => {
  const file = (header: unknown, data: ArrayLike<number> = []) => {
    const json = new TextEncoder().encode(
      typeof header === 'string' ? header : JSON.stringify(header),
    );
    const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
    return concat([length, json, Uint8Array.from(data)]);
  };
  const entry = (dtype: string, shape: number[], end: number) => ({
    dtype,
    shape,
    data_offsets: [0, end],
  });

  test('reads the three widths', () => {
    const read = (dtype: string, bytes: number[]) =>
      readSafetensors(
        file({ __metadata__: { a: 'b' }, x: entry(dtype, [1], bytes.length) }, bytes),
      ).get('x');
    expect(read('F32', [0, 0, 0xc0, 0x3f])?.data).toEqual(Float32Array.of(1.5));
    expect(read('F16', [0, 0x3e])?.data).toEqual(Float32Array.of(1.5));
    expect(read('BF16', [0xc0, 0x3f])?.data).toEqual(Float32Array.of(1.5));
  });

  test.each([
    ['a short file', Uint8Array.of(1, 2, 3), /under 8 bytes/],
    [
      'a header longer than the file',
      Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 1),
      /header of 255 bytes/,
    ],
    ['a header that is not JSON', file('{x'), /JSON safetensors header/],
    [
      'an entry without a shape',
      file({ x: { dtype: 'F32' } }),
      /dtype, shape and data_offsets for x/,
    ],
    [
      'whole numbers',
      file({ x: entry('I64', [1], 8) }, new Array(8).fill(0)),
      /F32, F16, BF16 or I8 values in x, found I64/,
    ],
    ['data cut off', file({ x: entry('F32', [2], 8) }, [0, 0, 0, 0]), /8 bytes for x/],
    [
      'offsets that do not fit the shape',
      file({ x: entry('F32', [2], 4) }, [0, 0, 0, 0]),
      /8 bytes for x/,
    ],
  ])('says what is wrong with %s', (_, bytes, error) => {
    expect(() => readSafetensors(bytes)).toThrow(error);
  });

  test('never fails in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          expect((error as Error).message).toMatch(/^Expected/);
        }
      }),
    );
  });
});

test('protocol buffers: the examples of the format description', () => {
  expect([...integer(1, 150)]).toEqual([0x08, 0x96, 0x01]);
  expect([...text(2, 'testing')]).toEqual([0x12, 7, ...new TextEncoder().encode('testing')]);
  expect([...message(3, [integer(1, 150)])]).toEqual([0x1a, 3, 0x08, 0x96, 0x01]);
  expect([...integers(6, [3, 270, 86_942])]).toEqual([0x32, 6, 3, 0x8e, 2, 0x9e, 0xa7, 5]);
  expect([...integer(1, -1)]).toEqual([0x08, ...new Array(9).fill(0xff), 1]);
  expect([...float(1, 1)]).toEqual([0x0d, 0, 0, 0x80, 0x3f]);
});
