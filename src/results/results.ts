/** The stylizer that paints nothing twice: what is kept is not painted, nor what is being painted. */

import { OPEN_TENANT } from '../access/tenants.ts';
import { createFlights } from '../concurrency/flights.ts';
import { ProblemError } from '../errors.ts';
import type { StylizeOptions } from '../stylization/options.ts';
import type { Painting, StylizeContext, Stylizer } from '../stylization/stylizer.ts';
import { addressOf, digestOf } from './address.ts';
import type { Identity } from './identity.ts';
import type { KeptPaintings } from './kept-paintings.ts';

/**
 * Where a painting came from: it was kept (`hit`), or being painted for somebody else (`collapsed`), or was
 * painted for this caller, and is kept now (`stored`) or not (`passed`).
 */
export type Origin = 'hit' | 'collapsed' | 'stored' | 'passed';

export interface Result {
  readonly painting: Painting;
  /** Undefined where nothing is kept. */
  readonly origin: Origin | undefined;
}

export interface Results extends Stylizer {
  /** Like `stylize`, and says where the painting came from. */
  obtain(file: Uint8Array, options: StylizeOptions, context: StylizeContext): Promise<Result>;
  /** The same for a photograph of which only the digest is at hand; undefined where it has to be painted. */
  find(
    digest: string,
    options: StylizeOptions,
    context: StylizeContext,
  ): Promise<Result | undefined>;
}

/** Problems of whoever asked first: those who joined may be allowed to wait longer, or later. */
const FIRST_ONES: ReadonlySet<string> = new Set(['slots-full', 'deadline-exceeded']);

export function createResults(
  stylizer: Stylizer,
  kept: KeptPaintings,
  identity: Identity,
): Results {
  const flights = createFlights<Result>(
    (error) => error instanceof ProblemError && FIRST_ONES.has(error.type),
  );

  const locate = (digest: string, options: StylizeOptions, context: StylizeContext) => {
    const { formats, tenant = OPEN_TENANT } = context;
    return addressOf({ digest, options, formats, tenant }, identity);
  };

  const look = async (address: string): Promise<Result | undefined> => {
    const painting = await kept.read(address);
    return painting && { painting, origin: 'hit' };
  };

  const paint = async (
    address: string,
    file: Uint8Array,
    options: StylizeOptions,
    context: StylizeContext,
  ): Promise<Result> => {
    const { spans } = context;
    const found = await spans.measure('lookup', () => look(address));
    if (found) return found;
    const painting = await stylizer.stylize(file, options, context);
    const isKept = await spans.measure('keep', () => kept.keep(address, painting));
    return { painting, origin: isKept ? 'stored' : 'passed' };
  };

  const obtain: Results['obtain'] = async (file, options, context) => {
    const address = await locate(digestOf(file), options, context);
    const { value, joined } = await flights.join(address, context.signal, (signal) =>
      paint(address, file, options, { ...context, signal }),
    );
    return joined ? collapsed(value) : value;
  };

  return {
    obtain,
    stylize: async (...given) => (await obtain(...given)).painting,
    async find(digest, options, context) {
      const address = await locate(digest, options, context);
      const flight = flights.follow(address, context.signal);
      if (flight) return collapsed(await flight);
      return context.spans.measure('lookup', () => look(address));
    },
  };
}

function collapsed(result: Result): Result {
  return result.origin === 'hit' ? result : { ...result, origin: 'collapsed' };
}

/** Where nothing is kept, everything is painted. */
export function withoutResults(stylizer: Stylizer): Results {
  return {
    ...stylizer,
    obtain: async (...given) => ({
      painting: await stylizer.stylize(...given),
      origin: undefined,
    }),
    find: async () => undefined,
  };
}
