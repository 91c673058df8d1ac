/** A thread that decodes one HEIC file by libheif (WebAssembly) and ends: its memory goes with it. */

import { parentPort, workerData } from 'node:worker_threads';
import createLibheif, { type Libheif, type Plane } from 'libheif-js/libheif-wasm/libheif.js';
import type { HeicReply, HeicRequest } from './messages.ts';
import { toTiff } from './tiff.ts';

function start({ module }: HeicRequest): Libheif {
  return createLibheif({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
}

/** Turned and mirrored as the file says; the numbers stay in its own encoding. */
function decode(libheif: Libheif, request: HeicRequest): Plane {
  const context = libheif.heif_context_alloc();
  libheif.heif_context_set_maximum_image_size_limit(context, request.maxSide);
  const read = libheif.heif_context_read_from_memory(context, request.file);
  if (read.code !== libheif.heif_error_code.heif_error_Ok) throw new Error(read.message);
  const handle = libheif.heif_js_context_get_primary_image_handle(context);
  if ('code' in handle) throw new Error(messageOf(handle));
  const names = {
    8: ['heif_chroma_interleaved_RGB', 'heif_chroma_interleaved_RGBA'],
    16: ['heif_chroma_interleaved_RRGGBB_LE', 'heif_chroma_interleaved_RRGGBBAA_LE'],
  } as const;
  const chroma = libheif.heif_chroma[names[request.bits][request.hasAlpha ? 1 : 0]];
  const decoded = libheif.heif_js_decode_image2(
    handle,
    libheif.heif_colorspace.heif_colorspace_RGB,
    chroma,
  );
  const [plane] = 'channels' in decoded ? decoded.channels : [];
  if (!plane) throw new Error(messageOf(decoded));
  return plane;
}

/** Rows without what stands behind them, samples spread over all of their bits. */
function packed({ data, width, height, stride, bits_per_pixel }: Plane, request: HeicRequest) {
  const channels = request.hasAlpha ? 4 : 3;
  const rowBytes = (width * channels * request.bits) / 8;
  const bytes = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    bytes.set(data.subarray(y * stride, y * stride + rowBytes), y * rowBytes);
  }
  if (request.bits === 16) {
    const samples = new Uint16Array(bytes.buffer);
    const scale = 65_535 / (2 ** bits_per_pixel - 1);
    for (let i = 0; i < samples.length; i += 1) samples[i] = Math.round((samples[i] ?? 0) * scale);
  }
  return { width, height, channels, bits: request.bits, bytes } as const;
}

function messageOf(failure: object): string {
  return 'message' in failure ? String(failure.message) : 'Nothing was decoded.';
}

function reply(request: HeicRequest): HeicReply {
  try {
    return { tiff: toTiff(packed(decode(start(request), request), request), request.profile) };
  } catch (error) {
    return { unreadable: String(error) };
  }
}

const answer = reply(workerData as HeicRequest);
parentPort?.postMessage(answer, 'tiff' in answer ? [answer.tiff.buffer] : []);
