/**
 * Google's own interpreter of TensorFlow Lite files, LiteRT compiled to WebAssembly. Its loader is
 * made for browsers; the names that it looks for there are given to it.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { runInThisContext } from 'node:vm';

export interface TfliteTensorDetails {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

export interface TfliteInterpreter {
  readonly input: TfliteTensorDetails;
  readonly output: TfliteTensorDetails;
  paint(data: Uint8Array): Promise<Uint8Array>;
}

const require = createRequire(import.meta.url);
const script = require.resolve('@litertjs/core/wasm/litert_wasm_compat_internal.js');

let loaded: Promise<typeof import('@litertjs/core')> | undefined;

/** Loaded once in a process. */
export async function tfliteRuntime() {
  loaded ??= load();
  const { loadAndCompile, Tensor } = await loaded;
  return {
    async load(file: Uint8Array): Promise<TfliteInterpreter> {
      const model = await loadAndCompile(new Uint8Array(file), { accelerator: 'wasm' });
      const [input, output] = [model.getInputDetails()[0]!, model.getOutputDetails()[0]!];
      return {
        input: details(input),
        output: details(output),
        async paint(data) {
          const image = new Tensor(new Uint8Array(data), [...input.shape]);
          const [painting] = await model.run(image);
          const bytes = new Uint8Array(painting!.toTypedArray() as Uint8Array);
          image.delete();
          painting!.delete();
          return bytes;
        },
      };
    },
  };
}

function details({ name, dtype, shape }: { name: string; dtype: string; shape: Int32Array }) {
  return { name, type: dtype, shape: [...shape] };
}

async function load() {
  Object.assign(globalThis, {
    self: globalThis,
    require,
    __filename: script,
    __dirname: dirname(script),
    importScripts: (url: string) => runInThisContext(readFileSync(url, 'utf8'), { filename: url }),
  });
  const runtime = await import('@litertjs/core');
  await runtime.loadLiteRt(script);
  return runtime;
}
