/** Painting in the caller's process: the services that paint, behind what the package exports. */

import { readFile } from 'node:fs/promises';
import type { HostDefaults } from '../config/config.ts';
import { invalidField, ProblemError, reasonOf } from '../errors.ts';
import { shown } from '../http/expectations.ts';
import { wishedFormats } from '../images/format-wish.ts';
import { createPaintServices, type PaintServices } from '../services/paint-services.ts';
import { createLog } from '../telemetry/log.ts';
import { createSpans } from '../telemetry/spans.ts';
import { impastoError } from './problems.ts';
import type { Impasto, ImpastoSettings, Painting, StylizeOptions } from './public.ts';
import { configOf } from './settings.ts';
import { readWish } from './wish.ts';

/** Rejects with an `ImpastoError`. */
export async function openImpasto(
  settings: ImpastoSettings,
  folders: Pick<HostDefaults, 'modelsDir' | 'distDir'>,
): Promise<Impasto> {
  try {
    return impastoOf(await createPaintServices(configOf(settings, folders), createLog('silent')));
  } catch (error) {
    throw impastoError(error);
  }
}

function impastoOf(services: PaintServices): Impasto {
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= Promise.allSettled(underWay).then(() => services.close());
    return closed;
  };
  return {
    async stylize(photo, given) {
      const options = given ?? {};
      if (closed)
        throw impastoError(new ProblemError('shutting-down', 'Expected an open Impasto.'));
      const painted = paint(photo, options, services);
      underWay.add(painted);
      try {
        return await painted;
      } catch (error) {
        const isAbort = options.signal?.aborted && error === options.signal.reason;
        throw isAbort ? error : impastoError(error);
      } finally {
        underWay.delete(painted);
      }
    },
    styles: () =>
      services.catalog.styles.map(({ id, title, artist, year, rights }) => ({
        id,
        title,
        artist,
        year,
        rights,
      })),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function paint(
  photo: Uint8Array | string | URL,
  given: StylizeOptions,
  { stylizer, defaultMix }: PaintServices,
): Promise<Painting> {
  const { options, formats, signal } = readWish(given, defaultMix);
  const file = await bytesOf(photo);
  const { bytes, ...painted } = await stylizer.stylize(file, options, {
    signal,
    spans: createSpans(),
    formats: wishedFormats(formats, file),
  });
  const { mediaType, format, width, height } = painted;
  return { image: bytes, mediaType, format, width, height, style: options.style.name };
}

async function bytesOf(photo: Uint8Array | string | URL): Promise<Uint8Array> {
  if (photo instanceof Uint8Array) return photo;
  if (typeof photo !== 'string' && !(photo instanceof URL)) {
    throw invalidField('/photo', `Expected bytes or a path for photo, got ${shown(photo)}.`);
  }
  return readFile(photo).catch((cause: unknown) => {
    const reason = reasonOf(cause);
    throw new ProblemError('source-failed', `Expected a photograph at ${photo}: ${reason}`, {
      cause,
    });
  });
}
