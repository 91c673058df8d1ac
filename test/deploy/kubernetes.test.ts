/** What deploy/kubernetes renders to: each overlay keeps what docs/deploy.md says of its pods. Nothing is applied. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '@redocly/openapi-core';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';

type Labels = Readonly<Record<string, string>>;
type Quantities = Readonly<Record<string, string | number>>;

interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly Readonly<Record<string, { readonly name: string }>>[];
  readonly resources: { readonly requests: Quantities; readonly limits: Quantities };
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: string[] } } };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly terminationGracePeriodSeconds: number;
    readonly topologySpreadConstraints: readonly {
      readonly topologyKey: string;
      readonly labelSelector: { readonly matchLabels: Labels };
    }[];
    readonly containers: readonly [Container];
  };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken: boolean;
  readonly spec: {
    readonly template: PodTemplate;
    readonly selector: { readonly matchLabels: Labels };
    readonly podSelector: { readonly matchLabels: Labels };
    readonly policyTypes: readonly string[];
    readonly scaleTargetRef: { readonly name: string };
    readonly triggers: readonly { readonly metadata: Labels }[];
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const copies = mkdtempSync(join(tmpdir(), 'kubernetes-'));
afterAll(() => rmSync(copies, { recursive: true }));

const kubectl = (...args: string[]) => spawnSync('kubectl', args, { encoding: 'utf8' });

/** The overlay s3-sqs with workers on GPUs, made as its first lines say. */
function gpuOnAmazon(): string {
  cpSync(join(root, 'deploy/kubernetes'), copies, { recursive: true });
  const overlay = join(copies, 'overlays/s3-sqs');
  cpSync(join(copies, 'overlays/gpu/worker.yaml'), join(overlay, 'worker.yaml'));
  const file = join(overlay, 'kustomization.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('[role.yaml]', '[role.yaml, worker.yaml]'));
  return overlay;
}

function render(folder: string): Manifest[] {
  const { status, stdout, stderr } = kubectl('kustomize', folder);
  expect(status, stderr).toBe(0);
  return stdout.split(/^---$/m).map((text) => parseYaml(text) as Manifest);
}

const overlay = (name: string) => () => join(root, 'deploy/kubernetes/overlays', name);
const OVERLAYS = [
  { name: 'cpu', folder: overlay('cpu'), gpu: false, amazon: false },
  { name: 'gpu', folder: overlay('gpu'), gpu: true, amazon: false },
  { name: 's3-sqs', folder: overlay('s3-sqs'), gpu: false, amazon: true },
  { name: 's3-sqs with GPUs', folder: gpuOnAmazon, gpu: true, amazon: true },
];

const PARTS = ['server', 'worker'] as const;
const GI = 2 ** 30;

const numberOf = (value: string | undefined) => Number.parseInt(value ?? '', 10);

if (kubectl('version', '--client').error) {
  test.skip("there is no kubectl: it is in Debian's package kubernetes-client", () => {});
} else {
  describe.each(OVERLAYS)('the overlay $name', ({ folder, gpu, amazon }) => {
    const manifests = render(folder());
    const ofKind = (...kinds: string[]) => manifests.filter(({ kind }) => kinds.includes(kind));
    const [settings] = ofKind('ConfigMap');
    const podOf = (part: string) => {
      const name = `impasto-${part}`;
      const found = ofKind('Deployment').find(({ metadata }) => metadata.name === name);
      if (!found) throw new Error(`Expected a Deployment ${name}, got none`);
      return { ...found.spec.template, container: found.spec.template.spec.containers[0] };
    };
    const configOf = (part: string) => {
      const { container } = podOf(part);
      const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
      const { cpu, memory } = container.resources.limits;
      return loadConfig(
        { ...settings?.data, ...env },
        {
          cores: Number(cpu),
          memoryBytes: numberOf(String(memory)) * GI,
          modelsDir: '/app/models',
          distDir: '/app',
        },
      );
    };

    test('has a server and a worker, and every document is one of Kubernetes', () => {
      const names = ofKind('Deployment').map(({ metadata }) => metadata.name);
      expect(names.sort()).toEqual(PARTS.map((part) => `impasto-${part}`));
      expect(manifests.filter((manifest) => !manifest?.kind)).toEqual([]);
    });

    test('gives nobody a token for Kubernetes', () => {
      expect(ofKind('ServiceAccount')).toHaveLength(1);
      for (const { automountServiceAccountToken } of ofKind('ServiceAccount'))
        expect(automountServiceAccountToken).toBe(false);
    });

    test('has no Secret in it', () => {
      expect(ofKind('Secret')).toEqual([]);
    });

    describe.each(PARTS)('%s', (part) => {
      const { metadata, spec, container } = podOf(part);
      const selects = (labels: Labels | undefined) =>
        labels !== undefined &&
        Object.entries(labels).every(([label, value]) => metadata.labels[label] === value);

      test('is of a pinned version, the one that this is', () => {
        const image = gpu && part === 'worker' ? 'impasto-gpu' : 'impasto';
        expect(container.image).toBe(`registry.example/${image}:${version}`);
      });

      test('has requests, and limits, which size its workers', () => {
        const { requests, limits } = container.resources;
        for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
          expect(requests).toHaveProperty([resource]);
          expect(limits).toHaveProperty([resource]);
        }
        expect([requests['cpu'], requests['memory']]).toEqual([limits['cpu'], limits['memory']]);
        expect(limits['nvidia.com/gpu']).toBe(gpu && part === 'worker' ? 1 : undefined);
        const { WORKERS: workers, SLOTS: slots, JOB_CONCURRENCY: jobs } = configOf(part);
        expect(workers).toBe(part === 'worker' && !gpu ? 2 : 1);
        expect(slots).toBeGreaterThan(workers);
        if (part === 'worker') expect(jobs).toBe(slots);
      });

      test('has settings that the service starts with', () => {
        const config = configOf(part);
        expect(config).toMatchObject({ ACCESS: 'keys', METRICS_PORT: 9464 });
        expect(config.WORK).toBe(part === 'worker');
        expect(Boolean(config.S3_ENDPOINT)).toBe(!amazon);
        const maps = container.envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []);
        expect(maps).toEqual([settings?.metadata.name]);
      });

      test('mounts no token', () => {
        expect(spec.automountServiceAccountToken).toBe(false);
      });

      test('is spread over zones and nodes', () => {
        const spread = spec.topologySpreadConstraints;
        const keys = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'];
        expect(spread.map(({ topologyKey }) => topologyKey)).toEqual(keys);
        for (const { labelSelector } of spread) {
          expect(selects(labelSelector.matchLabels)).toBe(true);
          expect(labelSelector.matchLabels['part']).toBe(part);
        }
      });

      test('has the time to end what it has accepted', () => {
        const [, seconds] = container.lifecycle?.preStop.exec.command ?? [];
        if (part === 'server') expect(numberOf(seconds)).toBeGreaterThan(0);
        const { SHUTDOWN_DELAY_MS, SHUTDOWN_TIMEOUT_MS } = configOf(part);
        const shutdownSeconds = (SHUTDOWN_DELAY_MS + SHUTDOWN_TIMEOUT_MS) / 1000;
        const needed = shutdownSeconds + (seconds === undefined ? 0 : numberOf(seconds));
        expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(needed);
      });

      test('has one budget of disruptions and one autoscaler', () => {
        const budgets = ofKind('PodDisruptionBudget');
        expect(budgets.filter((budget) => selects(budget.spec.selector.matchLabels))).toHaveLength(
          1,
        );
        const scalers = ofKind('HorizontalPodAutoscaler', 'ScaledObject').filter(
          (scaler) => scaler.spec.scaleTargetRef.name === `impasto-${part}`,
        );
        const byQueue = amazon && part === 'worker';
        const kinds = scalers.map(({ kind }) => kind);
        expect(kinds).toEqual([byQueue ? 'ScaledObject' : 'HorizontalPodAutoscaler']);
      });

      test('has policies for what comes in and what goes out', () => {
        const policies = ofKind('NetworkPolicy').filter((policy) =>
          selects(policy.spec.podSelector.matchLabels),
        );
        const types = policies.flatMap((policy) => policy.spec.policyTypes);
        expect(types.sort()).toEqual(['Egress', 'Ingress']);
      });
    });

    if (amazon)
      test('has one region, and the queue of the settings', () => {
        const [trigger] = ofKind('ScaledObject').flatMap((scaled) => scaled.spec.triggers);
        expect(trigger?.metadata['awsRegion']).toBe(settings?.data['AWS_REGION']);
        expect(settings?.data).toHaveProperty([trigger?.metadata['queueURLFromEnv'] ?? '']);
      });
  });
}
