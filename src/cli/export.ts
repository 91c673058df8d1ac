/** `impasto export`: a style or a mix as files for other programs. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { GRAPH_MODEL_FILE, GRAPH_WEIGHTS_FILE, graphModel } from '../core/graph-model.ts';
import type { StyleMix } from '../core/mix.ts';
import { onnxModel } from '../core/onnx.ts';
import { openCatalogue } from '../styles/catalogue.ts';
import type { Precision } from '../styles/precision.ts';
import { loadMix } from '../styles/sessions.ts';
import { UsageError } from './files.ts';

export interface ExportFlags {
  readonly format: 'onnx' | 'tfjs';
  /** Of the ONNX file. */
  readonly precision: Precision;
  readonly output: string;
}

export async function exportStyle(
  mix: StyleMix,
  { format, precision, output }: ExportFlags,
  config: Config,
): Promise<void> {
  const { network, weights, ranges } = await loadMix(await openCatalogue(config.MODELS_DIR), mix);
  if (precision === 'int8' && (format !== 'onnx' || ranges === undefined)) {
    throw new UsageError(
      `--precision int8: Expected one calibrated style in ONNX, got ${mix.name} in ${format}. ` +
        '"impasto quantise" calibrates.',
    );
  }
  if (format === 'onnx') {
    await mkdir(dirname(output), { recursive: true });
    await writeFile(output, onnxModel(network, weights, precision === 'int8' ? ranges : undefined));
  } else {
    const { model, weightData } = graphModel(network, weights, 'float16');
    await mkdir(output, { recursive: true });
    await writeFile(join(output, GRAPH_MODEL_FILE), JSON.stringify(model));
    await writeFile(join(output, GRAPH_WEIGHTS_FILE), weightData);
  }
  console.log(`${mix.name} -> ${output}`);
}
