/** `impasto export`: a style or a mix as files for other programs. */

import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
import { manifestFiles } from '../styles/import.ts';
import type { Precision } from '../styles/precision.ts';
import type { Repertoire } from '../styles/repertoire.ts';
import { replaceFolder } from '../styles/replace-folder.ts';
import { loadMix } from '../styles/sessions.ts';
import type { LoadedStyle } from '../styles/style-files.ts';
import { stylesFor } from './known-styles.ts';
import { checkNotTerminal, STANDARD, UsageError, writeOutput } from './outputs.ts';

export const EXPORT_FORMATS = ['onnx', 'tfjs', 'tflite', 'style'] as const;

type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** Of the network alone. */
type NetworkFormat = Exclude<ExportFormat, 'style'>;

export interface ExportFlags {
  readonly format: ExportFormat;
  /** What is usual for the format where absent. */
  readonly precision?: Precision;
  /** Of the pictures that a TensorFlow Lite file paints. */
  readonly size: Extent;
  readonly output: string;
  /** Whose learned styles there are beside those that ship. */
  readonly tenant: string;
}

/** TensorFlow Lite is for devices whose accelerators want 8 bits. */
const USUAL: Readonly<Record<NetworkFormat, Precision>> = {
  onnx: 'float32',
  tfjs: 'float32',
  tflite: 'int8',
};

export async function exportStyle(
  mix: StyleMix,
  { tenant, ...flags }: ExportFlags,
  config: Config,
): Promise<void> {
  const { format, output } = flags;
  checkNotTerminal(output);
  if (output === STANDARD && (format === 'tfjs' || format === 'style')) {
    throw new UsageError(`Expected a folder for the files of ${format}, got standard output.`);
  }
  const styles = await stylesFor(mix, tenant, config);
  if (format === 'style') await exportFolder(styles, mix, output);
  else await exportNetwork(await loadMix(styles, mix), mix, { ...flags, format });
  if (output !== STANDARD) console.log(`${mix.name} -> ${output}`);
}

/** What another folder of styles, or another server, takes by `impasto import`. */
async function exportFolder(styles: Repertoire, mix: StyleMix, output: string): Promise<void> {
  const [style, ...others] = await styles.resolve(mix);
  if (style === undefined || others.length > 0) {
    throw new UsageError(`Expected one style for the format style, got the mix ${mix.name}.`);
  }
  await replaceFolder(resolve(output), {
    ...(await styles.files(style)),
    ...manifestFiles(style),
  });
}

async function exportNetwork(
  style: LoadedStyle,
  mix: StyleMix,
  {
    format,
    precision = USUAL[format],
    size,
    output,
  }: Omit<ExportFlags, 'format' | 'tenant'> & { readonly format: NetworkFormat },
): Promise<void> {
  if (precision === 'int8' && (format === 'tfjs' || style.ranges === undefined)) {
    throw new UsageError(
      'For 8 bits, which are usual in TensorFlow Lite: expected one calibrated style in ONNX or ' +
        `TensorFlow Lite, got ${mix.name} in ${format}. "impasto quantize" calibrates; ` +
        '"--precision float32" goes without.',
    );
  }
  const { ranges, ...exact } = style;
  await write(precision === 'int8' ? { ...exact, ranges } : exact, format, size, output);
}

async function write(
  { network, weights, ranges }: LoadedStyle,
  format: NetworkFormat,
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
