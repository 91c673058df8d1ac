/** compose.yaml: its parts name each other, and its settings are those of the service. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testConfig } from '../support/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** As far as it is used: https://github.com/compose-spec/compose-spec/blob/main/spec.md */
const serviceSchema = z.looseObject({
  image: z.string().regex(/^[\w./-]+(?::[\w.-]+)?$/),
  build: z.literal('.').optional(),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    )
    .default({}),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.strictObject({})),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
});

const text = readFileSync(join(root, 'compose.yaml'), 'utf8').replaceAll(
  /\$\{(\w+):([?-])[^}]*\}/g,
  (_, name: string, kind: string) => (kind === '?' ? `value-of-${name}` : '""'),
);
const compose = composeSchema.parse(parseYaml(text));
const services = Object.entries(compose.services);

test('services, volumes and configs that are named are there', () => {
  for (const [, service] of services) {
    for (const [name, { condition }] of Object.entries(service.depends_on)) {
      const needed = compose.services[name];
      expect([name, needed !== undefined]).toEqual([name, true]);
      if (condition === 'service_healthy') expect(needed?.healthcheck).toBeDefined();
    }
    for (const { source } of service.configs) expect(compose.configs).toHaveProperty([source]);
    for (const [source = '', target] of service.volumes.map((volume) => volume.split(':'))) {
      if (target !== undefined) expect(compose.volumes).toHaveProperty([source]);
    }
  }
  expect(existsSync(join(root, 'Dockerfile'))).toBe(true);
});

test('images are pinned, and ports are open to this machine only', () => {
  for (const [name, { image, build, ports }] of services) {
    if (build === undefined) expect([name, image]).toEqual([name, expect.stringMatching(/:\d/)]);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

describe.each(['server', 'worker'])('the settings of %s', (name) => {
  const { environment = {} } = compose.services[name] ?? {};

  test("are the service's, and lead to the other services", () => {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...settings } = environment;
    const config = testConfig(settings);
    expect(config.WORK).toBe(name === 'worker');
    const addresses = [config.S3_ENDPOINT, config.SQS_ENDPOINT, config.JOBS_QUEUE_URL];
    for (const address of addresses) {
      expect(compose.services).toHaveProperty([new URL(address).hostname]);
    }
    const queues = compose.configs['queues']?.content ?? '';
    for (const url of [config.JOBS_QUEUE_URL, config.JOBS_DEAD_LETTERS_URL]) {
      expect(queues).toContain(`${url.split('/').at(-1)} {`);
    }
  });
});
