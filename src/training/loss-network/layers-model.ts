/** TensorFlow.js layers models: `model.json` with its weights in shards beside it. */

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { FormatError } from '../../errors.ts';
import { concat } from '../../formats/bytes.ts';
import { elementCount } from '../../network/measures.ts';
import type { Tensor, Weights } from '../../network/weights.ts';

const modelSchema = z.object({
  weightsManifest: z
    .array(
      z.object({
        paths: z.array(z.string().regex(/^[^/\\]+$/, 'a file name')),
        weights: z.array(
          z.object({
            name: z.string(),
            shape: z.array(z.int().nonnegative()),
            dtype: z.literal('float32'),
            quantization: z.undefined({ error: 'no quantization' }).optional(),
          }),
        ),
      }),
    )
    .min(1),
});

type Group = z.infer<typeof modelSchema>['weightsManifest'][number];

/** Names of the shards beside a `model.json`. Throws a `FormatError` where it is none. */
export function shardsOf(modelJson: string): string[] {
  return parsed(modelJson).flatMap(({ paths }) => paths);
}

/** All tensors of a layers model. Throws a `FormatError` that says what does not fit. */
export async function readLayersModel(path: string): Promise<Weights> {
  const groups = parsed(await readFile(path, 'utf8'));
  const tensors = new Map<string, Tensor>();
  for (const group of groups) {
    const shards = await Promise.all(
      group.paths.map((shard) => readFile(join(dirname(path), shard))),
    );
    addTensors(tensors, group, concat(shards));
  }
  return tensors;
}

function parsed(text: string): Group[] {
  try {
    const checked = modelSchema.safeParse(JSON.parse(text));
    if (checked.success) return checked.data.weightsManifest;
    const [issue] = checked.error.issues;
    throw new FormatError(`${issue?.path.join('.')}: ${issue?.message}`);
  } catch (cause) {
    throw new FormatError(
      'Expected the model.json of a TensorFlow.js layers model with float32 weights.',
      { cause },
    );
  }
}

function addTensors(tensors: Map<string, Tensor>, { paths, weights }: Group, bytes: Uint8Array) {
  const expected = weights.reduce((sum, { shape }) => sum + elementCount(shape) * 4, 0);
  if (expected !== bytes.byteLength) {
    throw new FormatError(
      `Expected ${expected} bytes of weights in ${paths.join(', ')}, found ${bytes.byteLength}.`,
    );
  }
  let offset = 0;
  for (const { name, shape } of weights) {
    const end = offset + elementCount(shape) * 4;
    const data = new Float32Array(Uint8Array.from(bytes.subarray(offset, end)).buffer);
    tensors.set(name, { shape, data });
    offset = end;
  }
}
