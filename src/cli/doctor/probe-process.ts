/** A process that tries one engine or one package and ends: what a native library does to it, it does to nobody else. */

import { createEngine } from '../../engines/create.ts';
import { EngineUnavailableError } from '../../engines/unavailable.ts';
import { reasonOf } from '../../errors.ts';
import { paint } from '../../network/engine.ts';
import { parseStyleMix } from '../../network/mix.ts';
import { chosenPrecision } from '../../services/chosen-precision.ts';
import { openCatalog } from '../../styles/catalog.ts';
import { allowsInt8 } from '../../styles/precision.ts';
import { loadMix } from '../../styles/sessions.ts';
import { PROBE_SIDE, type ProbeReply, type ProbeRequest } from './messages.ts';

process.once('message', async (request: ProbeRequest) => {
  process.send?.(await reply(request), () => process.exit());
});

async function reply(request: ProbeRequest): Promise<ProbeReply> {
  try {
    return await (request.kind === 'engine' ? painted(request) : loaded(request.name));
  } catch (error) {
    const reason = reasonOf(error);
    const isUnavailable = error instanceof EngineUnavailableError || isMissing(error);
    return { kind: isUnavailable ? 'unavailable' : 'failed', reason };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

async function loaded(name: string): Promise<ProbeReply> {
  await import(name);
  return { kind: 'loaded' };
}

/** As the server paints where this is its engine. */
async function painted({
  engine: name,
  config,
}: Extract<ProbeRequest, { kind: 'engine' }>): Promise<ProbeReply> {
  const engine = await createEngine(name, { threads: config.THREADS });
  const catalog = await openCatalog(config.MODELS_DIR);
  const mix = parseStyleMix(config.DEFAULT_STYLE);
  const style = await loadMix(catalog, mix);
  const allowed = allowsInt8(catalog.resolve(mix));
  const chosen = await chosenPrecision({ ...config, ENGINE: name }, engine, async () => style);
  const precision = allowed ? chosen : 'float32';
  const { network, weights, ranges } = style;
  const session = await engine.load(network, weights, precision === 'int8' ? ranges : undefined);
  const data = new Uint8Array(PROBE_SIDE ** 2 * 3).fill(128);
  const square = { width: PROBE_SIDE, height: PROBE_SIDE, data };
  // The first one allocates.
  await paint(session, network, square);
  const started = performance.now();
  await paint(session, network, square);
  return { kind: 'painted', ms: Math.round(performance.now() - started), precision };
}
