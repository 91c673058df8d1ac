/** The CloudFormation template that serverless.yml makes, held against Amazon's own specification. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { beforeAll, describe, expect, test } from 'vitest';
import { built } from '../support/built.ts';

type Specification = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type Properties = Readonly<Record<string, unknown>>;

interface PropertyType {
  readonly type: string;
  readonly element?: PropertyType;
  readonly reference?: { readonly $ref: string };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

await built('bundle');

/** Why the template cannot be made; undefined where it was. */
function packaged(): string | undefined {
  try {
    const options = { cwd: root, stdio: 'ignore', timeout: 240_000 } as const;
    execFileSync('npx', ['--yes', 'osls@4.3.1', 'package'], options);
    return undefined;
  } catch {
    return 'osls could not be fetched: npx osls@4.3.1 package';
  }
}

const missing = packaged();

/** What does not stand in the specification, or lacks what it asks for. */
function problemsOf(template: { Resources: Record<string, Resource> }, spec: Specification) {
  const problems: string[] = [];
  let checked = 0;
  const checkValue = (value: unknown, type: PropertyType, where: string): void => {
    if (value === null || typeof value !== 'object') return;
    const [only, ...others] = Object.keys(value);
    if (others.length === 0 && only && /^(?:Fn::|Ref$)/.test(only)) return;
    if (type.type === 'array' && type.element && Array.isArray(value)) {
      const { element } = type;
      for (const [i, item] of value.entries()) checkValue(item, element, `${where}[${i}]`);
    }
    if (type.type !== 'ref' || type.reference === undefined || Array.isArray(value)) return;
    const definition = spec.get('typeDefinition', type.reference.$ref);
    checkProperties(value as Properties, definition.properties, where);
  };
  const checkProperties = (
    given: Properties,
    known: Readonly<Record<string, { readonly type: unknown; readonly required?: boolean }>>,
    where: string,
  ): void => {
    for (const [name, value] of Object.entries(given)) {
      checked += 1;
      const property = known[name];
      if (property === undefined) problems.push(`${where}.${name} is not known`);
      else checkValue(value, property.type as PropertyType, `${where}.${name}`);
    }
    for (const [name, { required }] of Object.entries(known)) {
      if (required && !(name in given)) problems.push(`${where}.${name} is missing`);
    }
  };
  for (const [id, { Type, Properties: given = {} }] of Object.entries(template.Resources)) {
    const [resource] = spec.lookup('resource', 'cloudFormationType', 'equals', Type);
    if (resource === undefined) problems.push(`${id}: ${Type} is not known`);
    else checkProperties(given, resource.properties, id);
  }
  return { problems, checked };
}

describe.skipIf(missing !== undefined)(`the template${missing ? ` (${missing})` : ''}`, () => {
  let spec: Specification;
  let template: { Resources: Record<string, Resource> };

  beforeAll(async () => {
    spec = await loadAwsServiceSpec();
    const path = `${root}.serverless/cloudformation-template-update-stack.json`;
    template = JSON.parse(readFileSync(path, 'utf8'));
  });

  const ofType = (type: string): Record<string, Properties> =>
    Object.fromEntries(
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([id, { Properties: given = {} }]) => [id, given]),
    );

  test('says nothing that the specification does not know', () => {
    const { problems, checked } = problemsOf(template, spec);
    expect(problems).toEqual([]);
    expect(checked).toBeGreaterThan(200);
  });

  test('and a wrong word would be noticed', () => {
    const wrong = structuredClone(template);
    const queue = wrong.Resources['JobsQueue'] as { Properties: Record<string, unknown> };
    queue.Properties['VisibiltyTimeout'] = 3;
    expect(problemsOf(wrong, spec).problems).toEqual(['JobsQueue.VisibiltyTimeout is not known']);
  });

  test('every function has a role of its own kind, and none may do everything', () => {
    const policies = JSON.stringify(ofType('AWS::IAM::Role'));
    expect(policies).not.toMatch(/"Action":"(?:\*|s3:\*|sqs:\*)"/);
    expect(policies).not.toContain('"Resource":"*"');
    expect(Object.keys(ofType('AWS::IAM::Role')).sort()).toEqual([
      'ApiRole',
      'LettersRole',
      'WebhooksRole',
      'WorkerRole',
    ]);
  });

  test('queues move what fails to dead letters, and hide messages for long enough', () => {
    const functions = Object.values(ofType('AWS::Lambda::Function'));
    const longest = Math.max(...functions.map(({ Timeout }) => Number(Timeout)));
    const { JobsQueue, WebhooksQueue } = ofType('AWS::SQS::Queue');
    expect(Number(JobsQueue!['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * longest);
    for (const queue of [JobsQueue!, WebhooksQueue!]) expect(queue['RedrivePolicy']).toBeDefined();
    for (const mapping of Object.values(ofType('AWS::Lambda::EventSourceMapping'))) {
      expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  test('the bucket is closed, and forgets', () => {
    const { Bucket } = ofType('AWS::S3::Bucket');
    expect(Object.values(Bucket!['PublicAccessBlockConfiguration'] as object)).toEqual(
      Array(4).fill(true),
    );
    expect(JSON.stringify(Bucket!['LifecycleConfiguration'])).toContain('uploads/');
  });
});
