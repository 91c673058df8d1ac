/** `impasto export`: a style or a mix as files for other programs. */

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { onnxModel } from '../formats/onnx/standard-model.ts';
import {
  GRAPH_MODEL_FILE,
  GRAPH_WEIGHTS_FILE,
  graphModel,
} from '../formats/tensorflow/graph-model.ts';
import { tfliteModel } from '../formats/tflite/model.ts';
import type { StyleMix } from '../network/mix.ts';
import type { Extent } from '../pictures/picture.ts';
import { openCatalog } from '../styles/catalog.ts';
import type { Precision } from '../styles/precision.ts';
import { loadMix } from '../styles/sessions.ts';
import type { LoadedStyle } from '../styles/style-files.ts';
import { checkNotTerminal, STANDARD, UsageError, writeOutput } from './outputs.ts';

export const EXPORT_FORMATS = ['onnx', 'tfjs', 'tflite'] as const;

type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportFlags {
  readonly format: ExportFormat;
  /** What is usual for the format where absent. */
  readonly precision?: Precision;
  /** Of the pictures that a TensorFlow Lite file paints. */
  readonly size: Extent;
  readonly output: string;
}

/** TensorFlow Lite is for devices whose accelerators want 8 bits. */
const USUAL: Readonly<Record<ExportFormat, Precision>> = {
  onnx: 'float32',
  tfjs: 'float32',
  tflite: 'int8',
};

export async function exportStyle(
  mix: StyleMix,
  { format, precision = USUAL[format], size, output }: ExportFlags,
  config: Config,
): Promise<void> {
  checkNotTerminal(output);
  if (output === STANDARD && format === 'tfjs') {
    throw new UsageError('Expected a folder for the files of tfjs, got standard output.');
  }
  const style = await loadMix(await openCatalog(config.MODELS_DIR), mix);
  if (precision === 'int8' && (format === 'tfjs' || style.ranges === undefined)) {
    throw new UsageError(
      'For 8 bits, which are usual in TensorFlow Lite: expected one calibrated style in ONNX or ' +
        `TensorFlow Lite, got ${mix.name} in ${format}. "impasto quantize" calibrates; ` +
        '"--precision float32" goes without.',
    );
  }
  const { ranges, ...exact } = style;
  await write(precision === 'int8' ? { ...exact, ranges } : exact, format, size, output);
  if (output !== STANDARD) console.log(`${mix.name} -> ${output}`);
}

async function write(
  { network, weights, ranges }: LoadedStyle,
  format: ExportFormat,
  size: Extent,
  output: string,
): Promise<void> {
  switch (format) {
    case 'onnx':
      return writeWhole(output, onnxModel(network, weights, ranges));
    case 'tflite':
      return writeWhole(output, tfliteModel(network, weights, size, ranges));
    case 'tfjs': {
      const { model, weightData } = graphModel(network, weights, 'float16');
      await writeWhole(join(output, GRAPH_MODEL_FILE), JSON.stringify(model));
      await writeWhole(join(output, GRAPH_WEIGHTS_FILE), weightData);
    }
  }
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeOutput(path, content);
}
