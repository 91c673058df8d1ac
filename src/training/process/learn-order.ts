/** The work of the process: one picture -> a style in a folder, calibrated for 8 bits. */

import { readFile } from 'node:fs/promises';
import { onnxEngine } from '../../engines/onnx/engine.ts';
import { loadTensorflow } from '../../engines/tensorflow/module.ts';
import { calibrateLearned } from '../calibrate.ts';
import { previewPictures } from '../observers.ts';
import { QUICK_PHOTOGRAPHS, quickValues, spread } from '../quick.ts';
import { learnStyle } from '../run.ts';
import type { ProcessNews, ProcessRequest } from './messages.ts';
import { photographsIn } from './photographs.ts';

/** Between two checkpoints, each of which goes to the store. */
const CHECKPOINT_EVERY_MS = 5000;

/** Between two previews: each takes as long as some tenth of a step. */
const PREVIEW_EVERY_MS = 4000;

/** Throws like `learnStyle`. */
export async function learnOrder(
  request: ProcessRequest,
  tell: (news: ProcessNews) => void,
): Promise<void> {
  if (request.kind === 'check') {
    await loadTensorflow();
    return;
  }
  const { order, workshop, folder } = request;
  const { modelsDir, photosDir, lossNetwork, threads, limits } = workshop;
  const paths = spread(await photographsIn(photosDir), QUICK_PHOTOGRAPHS);
  const photographs = paths.map((path) => async () => readFile(path));
  const published = await learnStyle(
    {
      description: order.description,
      paintings: [{ read: async () => order.painting, weight: 1 }],
      photographs,
      lossNetwork: { place: lossNetwork, cacheDir: folder },
      start: { nearest: true },
      hyperparameters: quickValues(order.choices),
      trainer: 'the service, by request',
    },
    {
      modelsDir,
      outputDir: folder,
      threads,
      limits,
      saveEvery: 1,
      observers: [
        { observe: (_, { step }) => tell({ kind: 'step', done: step }) },
        previewPictures(PREVIEW_EVERY_MS, onnxEngine({ threads }), (done, jpeg) =>
          tell({ kind: 'preview', done, jpeg }),
        ),
      ],
      checkpoint: {
        read: async () => order.checkpoint,
        write: nowAndThen((bytes) => tell({ kind: 'checkpoint', bytes })),
      },
    },
  );
  if (published) {
    await calibrateLearned(published.manifest, photographs, { modelsDir: folder, threads, limits });
  }
}

/** Leaves out what comes too soon after the one before. */
function nowAndThen(tell: (bytes: Uint8Array) => void): (bytes: Uint8Array) => Promise<void> {
  let nextMs = 0;
  return async (bytes) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + CHECKPOINT_EVERY_MS;
    tell(bytes);
  };
}
