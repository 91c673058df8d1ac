import { describe, expect, test } from 'vitest';
import { stylizationOf } from '../../src/http/stylization-request.ts';
import { recordedOptions, stylizeOptions } from '../../src/jobs/stylization/options.ts';
import { parseStyleMix } from '../../src/network/mix.ts';
import { defaultOf, type Option, type Options } from '../../src/options/option.ts';
import { PAINTING_OPTIONS } from '../../src/options/stylization.ts';
import { type Asked, addressOf } from '../../src/results/address.ts';
import { identityOf } from '../../src/results/identity.ts';

const reading = { defaultMix: parseStyleMix('udnie'), checkAddress: () => undefined };

/** Options as a request gives them. */
function optionsOf(fields: Record<string, unknown> = {}) {
  return stylizationOf({ bytes: new Uint8Array(1) }, fields, reading).options;
}

function identity(digest = 'weights', precision: 'float32' | 'int8' = 'float32', engine = 'onnx') {
  const repertoire = { resolve: () => [{ digest }] } as unknown as Parameters<
    typeof identityOf
  >[0]['repertoire'];
  return identityOf({ repertoire, sessions: { precision: async () => precision }, engine });
}

function address(changes: Partial<Asked> = {}, program = identity()): Promise<string> {
  const asked: Asked = { digest: 'd', options: optionsOf(), formats: ['jpeg'], tenant: '' };
  return addressOf({ ...asked, ...changes }, program);
}

/** A value that is not the default. */
function otherValue(option: Option): unknown {
  if (option.kind === 'switch') return !option.default;
  if (option.kind !== 'number') return undefined;
  return [option.minimum, option.maximum].find((value) => value !== option.default);
}

const options: Options = PAINTING_OPTIONS;
const table = Object.entries(options);

describe('one address', () => {
  test.each(table.filter(([, option]) => defaultOf(option) !== undefined))(
    'with %s left out and at its default',
    async (name, option) => {
      const spelled = optionsOf({ [name]: defaultOf(option) });
      expect(await address({ options: spelled })).toBe(await address());
    },
  );

  test.each([
    ['the style', { style: 'udnie' }],
    ['a mix of one', { style: 'udnie:1' }],
    ['the default quality of the format', { quality: 90 }],
  ])('with %s left out and spelled', async (_, fields) => {
    expect(await address({ options: optionsOf(fields) })).toBe(await address());
  });

  test('for a quality that PNG does not have', async () => {
    const png = { formats: ['png'] } as const;
    const worse = address({ ...png, options: optionsOf({ quality: 10 }) });
    expect(await worse).toBe(await address(png));
  });

  test('for a mix in any order', async () => {
    const [one, other] = ['a:0.25,b:0.75', 'b:0.75,a:0.25'].map((style) => optionsOf({ style }));
    expect(await address({ options: one! })).toBe(await address({ options: other! }));
  });

  test('for a request and for the job that is made of it', async () => {
    const asked = optionsOf({ style: 'a,b', stroke_size: 0.5, max_size: 640 });
    const recorded = stylizeOptions(JSON.parse(JSON.stringify(recordedOptions(asked))));
    expect(await address({ options: recorded })).toBe(await address({ options: asked }));
  });
});

describe('another address', () => {
  test.each(table)('for another %s', async (name, option) => {
    const value = otherValue(option);
    expect(value).not.toBe(undefined);
    expect(await address({ options: optionsOf({ [name]: value }) })).not.toBe(await address());
  });

  const changes: [string, () => Promise<string>][] = [
    ['another photograph', () => address({ digest: 'e' })],
    ['another style', () => address({ options: optionsOf({ style: 'great-wave' }) })],
    ['another format', () => address({ formats: ['png'] })],
    ['more formats', () => address({ formats: ['jpeg', 'png'] })],
    ['another tenant', () => address({ tenant: 't' })],
    ['other weights under the same name', () => address({}, identity('others'))],
    ['another precision', () => address({}, identity('weights', 'int8'))],
    ['another engine', () => address({}, identity('weights', 'float32', 'tensorflow'))],
  ];

  test.each(changes)('for %s', async (_, changed) => {
    expect(await changed()).not.toBe(await address());
  });

  test('for the default quality of one format where another may be taken', async () => {
    const formats = ['jpeg', 'webp'] as const;
    const spelled = address({ formats, options: optionsOf({ quality: 90 }) });
    expect(await spelled).not.toBe(await address({ formats }));
  });
});
