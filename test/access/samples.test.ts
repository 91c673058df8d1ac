/** What this repository shows how to deploy: it says who may call, and has no key that somebody might leave in. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Others can call what these start. */
const SAMPLES = ['compose.yaml', 'serverless.yml', 'deploy/kubernetes/base/kustomization.yaml'];
const IMAGES = ['Dockerfile', 'Dockerfile.gpu'];

const lines = (path: string) => readFileSync(join(root, path), 'utf8').split('\n');

test.each(SAMPLES)('%s decides who may call, and says why', (path) => {
  const text = lines(path);
  const at = text.findIndex((line) => /^\s*(?:ACCESS: |- ACCESS=)(?:keys|open)$/.test(line));
  expect(at).toBeGreaterThan(0);
  expect(text[at - 1]).toMatch(/^\s*#/);
});

test('a sample that is open to everybody is published to its own machine only', () => {
  const open = SAMPLES.filter((path) => lines(path).some((line) => /ACCESS[:=] ?open/.test(line)));
  const ports = open.flatMap((path) => lines(path).filter((line) => /^\s*ports:/.test(line)));
  expect(ports.length).toBeGreaterThan(0);
  for (const line of ports) expect(line).toContain('"127.0.0.1:');
});

test.each(IMAGES)('%s listens for others, and leaves the decision to whoever starts it', (path) => {
  const text = lines(path).join('\n');
  expect(text).toMatch(/^ENV .*HOST=0\.0\.0\.0/m);
  expect(text).not.toMatch(/^ENV .*ACCESS/m);
});

test.each([...SAMPLES, ...IMAGES])('%s has no key in it', (path) => {
  expect(lines(path).join('\n')).not.toMatch(/imp_[0-9a-f]{12}_/);
});

test('compose.yaml has no secret of its own', () => {
  const secrets = lines('compose.yaml').flatMap((line) =>
    [...line.matchAll(/\b\w*(?:secret|password|token)\w*"?: (\S+)/gi)].map(([, value]) => value),
  );
  expect(secrets.length).toBeGreaterThan(1);
  for (const secret of secrets) expect(secret).toMatch(/^"?\$\{S3_SECRET_KEY\b/);
  expect(secrets.some((secret) => secret?.startsWith('${S3_SECRET_KEY:?'))).toBe(true);
});

test.each(['.gitignore', '.dockerignore'])('%s keeps the secrets of compose.yaml out', (path) => {
  expect(lines(path)).toContain('.env');
});
