/** `impasto contact-sheet`: one photograph in every style, on one picture. */

import { dirname, join } from 'node:path';
import { NEVER } from '../concurrency/deadline.ts';
import { type Config, decodeLimits } from '../config/config.ts';
import { decodePicture } from '../images/decode.ts';
import { encode } from '../images/encode.ts';
import { resize } from '../images/resize.ts';
import { parseStyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import { fromRecord } from '../options/records.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import { contactSheet } from '../pictures/contact-sheet.ts';
import { fitted } from '../pictures/picture.ts';
import { createPaintServices } from '../services/paint-services.ts';
import { createLog } from '../telemetry/log.ts';
import { createSpans } from '../telemetry/spans.ts';
import { formatOfPath } from './destinations.ts';
import { nameOf } from './files.ts';
import {
  checkNotOverwritten,
  checkNotTerminal,
  readInput,
  STANDARD,
  writeOutput,
} from './outputs.ts';

export interface ContactSheetFlags extends ValuesOf<typeof PAINTING_OPTIONS> {
  readonly output?: string | undefined;
}

/** Long edge of each painting on the sheet. */
const SHOWN_PIXELS = 384;

/** Long edge at which it is painted where nobody says another: strokes are those of all larger paintings. */
const PAINTED_PIXELS = 768;

/** `path` is that of a photograph, or "-". Throws a `UsageError` or a problem. */
export async function writeContactSheet(
  path: string,
  flags: ContactSheetFlags,
  config: Config,
): Promise<void> {
  const output = flags.output ?? besides(path);
  const format = output === STANDARD ? 'jpeg' : formatOfPath(output);
  checkNotTerminal(output);
  await checkNotOverwritten([path], output);
  const file = await readInput(path);
  const { output: _, quality, maxSize = PAINTED_PIXELS, ...values } = flags;
  const services = await createPaintServices(config, createLog('silent'));
  try {
    const paint = async (id: string) => {
      const options = {
        ...fromRecord(PAINTING_OPTIONS, values),
        maxSize,
        style: parseStyleMix(id),
      };
      const context = { signal: NEVER, spans: createSpans(), formats: ['png' as const] };
      const { bytes } = await services.stylizer.stylize(file, options, context);
      const picture = await decodePicture(bytes, decodeLimits(config));
      return { name: id, picture: await resize(picture, fitted(picture, SHOWN_PIXELS)) };
    };
    const paintings = await Promise.all(services.catalog.styles.map(({ id }) => paint(id)));
    await writeOutput(
      output,
      await encode(contactSheet(paintings), undefined, { format, quality }),
    );
  } finally {
    await services.close();
  }
}

function besides(path: string): string {
  return path === STANDARD ? STANDARD : join(dirname(path), `${nameOf(path)}-contact-sheet.jpg`);
}
