/** What the templates take from parameters: lists are split, and days counted. */

import { expect, test } from 'vitest';
import { corsRules, rules } from '../../deploy/deployment.ts';

const given = (parameters: Record<string, unknown>) => ({
  resolveVariable: async (name: string) => parameters[name.replace('param:', '')],
});

test.each([
  ['*', ['*']],
  ['https://a.example', ['https://a.example']],
  ['https://a.example, https://b.example', ['https://a.example', 'https://b.example']],
  ['none', ['https://none.invalid']],
])('origins %s are %j', async (allowedOrigins, origins) => {
  const [rule] = await corsRules(given({ allowedOrigins }));
  expect(rule!.AllowedOrigins).toEqual(origins);
});

test('days follow from the settings', async () => {
  const days = async (outputTtlSeconds: number, urlTtlSeconds: number) => {
    const found = await rules(
      given({ outputTtlSeconds, urlTtlSeconds, resultsTtlSeconds: 86_400 }),
    );
    return Object.fromEntries(
      found.flatMap((rule) => ('Prefix' in rule ? [[rule.Prefix, rule.ExpirationInDays]] : [])),
    );
  };
  expect(await days(86_400, 3600)).toMatchObject({ 'jobs/': 5, 'answers/': 1 });
  expect(await days(86_400 * 9, 3600 * 72)).toMatchObject({ 'jobs/': 13, 'answers/': 3 });
});
