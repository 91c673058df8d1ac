/** The CloudFormation templates of serverless.yml and infrastructure.yml, held against Amazon's own specification. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { retentionDays, retentionOf } from '../../src/storage/retention.ts';
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
    const osls = ['--yes', 'osls@4.3.1', 'package'];
    const infrastructure = ['--config', 'infrastructure.yml', '--package', 'build/infrastructure'];
    execFileSync('npx', [...osls, ...infrastructure], options);
    execFileSync('npx', osls, options);
    return undefined;
  } catch {
    return 'osls could not be fetched: npx osls@4.3.1 package';
  }
}

const missing = packaged();

const TEMPLATE = 'cloudformation-template-update-stack.json';
const paths = [`${root}.serverless/${TEMPLATE}`, `${root}build/infrastructure/${TEMPLATE}`];

/** Why templates are not linted; undefined where Amazon's linter is installed. */
const linterMissing = spawnSync('cfn-lint', ['--version']).error
  ? 'cfn-lint is not installed: pip install cfn-lint'
  : undefined;

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
    template = JSON.parse(readFileSync(paths[0]!, 'utf8'));
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

  test('of containers alone says nothing that the specification does not know', () => {
    const infrastructure = JSON.parse(readFileSync(paths[1]!, 'utf8'));
    expect(problemsOf(infrastructure, spec).problems).toEqual([]);
    const types = Object.values(infrastructure.Resources as Record<string, Resource>);
    expect(types.filter(({ Type }) => Type.includes('Lambda'))).toEqual([]);
    expect(Object.keys(infrastructure.Outputs).sort()).toEqual(
      expect.arrayContaining([
        'BucketName',
        'ContainerPolicyArn',
        'JobsDeadLettersUrl',
        'JobsQueueUrl',
      ]),
    );
  });

  test.skipIf(linterMissing !== undefined)(
    `cfn-lint finds nothing${linterMissing ? ` (${linterMissing})` : ''}`,
    () => {
      // osls writes dependencies that references make already.
      const options = ['--ignore-checks', 'W3005', '--template', ...paths];
      const { stdout } = spawnSync('cfn-lint', options, { encoding: 'utf8' });
      expect(stdout.trim()).toBe('');
    },
    120_000,
  );

  test('and a wrong word would be noticed', () => {
    const wrong = structuredClone(template);
    const queue = wrong.Resources['JobsQueue'] as { Properties: Record<string, unknown> };
    queue.Properties['VisibiltyTimeout'] = 3;
    expect(problemsOf(wrong, spec).problems).toEqual(['JobsQueue.VisibiltyTimeout is not known']);
  });

  test('every function has a role of its own kind, and none may do everything', () => {
    const policies = JSON.stringify(ofType('AWS::IAM::Role'));
    expect(policies).not.toMatch(/"Action":"(?:\*|s3:\*|sqs:\*)"/);
    // Traces belong to no resource.
    const traces = '"Action":["xray:PutTraceSegments","xray:PutTelemetryRecords"],"Resource":"*"';
    expect(policies.replaceAll(traces, '')).not.toContain('"Resource":"*"');
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

  test('the bucket stays when the stack goes, and nothing is reached without TLS', () => {
    const { Bucket } = template.Resources;
    expect(Bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const policies = [
      ofType('AWS::S3::BucketPolicy')['BucketPolicy'],
      ...Object.values(ofType('AWS::SQS::QueuePolicy')),
    ];
    expect(policies).toHaveLength(1 + Object.keys(ofType('AWS::SQS::Queue')).length);
    for (const policy of policies) {
      expect(JSON.stringify(policy)).toContain('"Bool":{"aws:SecureTransport":"false"}');
    }
  });

  test('the table is only there when it is asked for, has the keys of the service, and stays', () => {
    expect(template.Resources['RecordsTable']).toMatchObject({
      Condition: 'HasRecordsTable',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      },
    });
    for (const [name, role] of Object.entries(ofType('AWS::IAM::Role'))) {
      const text = JSON.stringify(role);
      expect([name, text.includes('"HasRecordsTable",{"Effect":"Allow"')]).toEqual([name, true]);
    }
    expect(environmentOf('worker')['DYNAMODB_TABLE']).toHaveProperty(
      ['Fn::If', 0],
      'HasRecordsTable',
    );
  });

  test('lifecycle rules cover every prefix, for as long as the settings say', () => {
    const { Bucket } = ofType('AWS::S3::Bucket');
    const { Rules } = Bucket!['LifecycleConfiguration'] as { Rules: Record<string, unknown>[] };
    const { OUTPUT_TTL_SECONDS, URL_TTL_SECONDS, RESULTS_TTL_SECONDS } = environmentOf('api');
    const retention = retentionOf({
      outputTtlSeconds: Number(OUTPUT_TTL_SECONDS),
      urlTtlSeconds: Number(URL_TTL_SECONDS),
      resultTtlSeconds: Number(RESULTS_TTL_SECONDS),
    });
    const days = Object.fromEntries(
      Rules.flatMap(({ Prefix, ExpirationInDays }) => (Prefix ? [[Prefix, ExpirationInDays]] : [])),
    );
    expect(days).toEqual(
      Object.fromEntries(retentionDays(retention).map(({ prefix, days: d }) => [prefix, d])),
    );
  });

  const functionOf = (name: string): Properties =>
    Object.values(ofType('AWS::Lambda::Function')).find(({ FunctionName }) =>
      String(FunctionName).endsWith(`-${name}`),
    )!;
  const environmentOf = (name: string) =>
    (functionOf(name)['Environment'] as { Variables: Record<string, string> }).Variables;

  test('functions outlive the deadline of their answers, and API Gateway its function', () => {
    for (const name of ['api', 'gateway']) {
      const deadlineMs = Number(environmentOf(name)['REQUEST_TIMEOUT_MS']);
      expect(deadlineMs).toBeLessThan(Number(functionOf(name)['Timeout']) * 1000 - 1500);
    }
    expect(Number(functionOf('gateway')['Timeout'])).toBeLessThan(30);
    const defaults = loadConfig({}, { cores: 1, memoryBytes: 2 ** 31, modelsDir: '', distDir: '' });
    expect(Number(functionOf('worker')['Timeout']) * 1000).toBeGreaterThan(defaults.JOB_TIMEOUT_MS);
    expect(Number(functionOf('webhooks')['Timeout']) * 1000).toBeGreaterThan(
      defaults.WEBHOOK_TIMEOUT_MS,
    );
  });

  test('every environment is one that the functions take', () => {
    const defaults = { cores: 1, memoryBytes: 2 ** 31, modelsDir: '', distDir: '' };
    for (const { Environment } of Object.values(ofType('AWS::Lambda::Function'))) {
      const { Variables } = Environment as { Variables: Record<string, unknown> };
      const plain = Object.entries(Variables).map(([name, value]) => [
        name,
        typeof value === 'object'
          ? `https://${name.toLowerCase().replaceAll('_', '-')}`
          : String(value),
      ]);
      expect(() =>
        loadConfig(
          { ...Object.fromEntries(plain), S3_BUCKET: 'pictures', DYNAMODB_TABLE: 'records' },
          defaults,
        ),
      ).not.toThrow();
    }
  });

  test('what SQS calls is bounded, and what it may bring down is not reserved unasked', () => {
    for (const { ScalingConfig } of Object.values(ofType('AWS::Lambda::EventSourceMapping'))) {
      expect(ScalingConfig).toMatchObject({ MaximumConcurrency: expect.any(Number) });
    }
    for (const { ReservedConcurrentExecutions: reserved } of Object.values(
      ofType('AWS::Lambda::Function'),
    )) {
      if (reserved) expect(reserved).toHaveProperty(['Fn::If', 0], 'HasReservations');
    }
  });

  test('no secret stands in the template', () => {
    const parameters = JSON.stringify(ofType('AWS::IAM::Role'));
    expect(parameters).toContain('ssm:GetParameters');
    expect(JSON.stringify(template)).not.toContain('whsec_');
  });

  test('dead letters, crashes and answers of 500 and above are alarmed', () => {
    const alarms = Object.values(ofType('AWS::CloudWatch::Alarm'));
    const dimensions = (metric: string) =>
      alarms
        .filter(({ MetricName }) => MetricName === metric)
        .map(({ Dimensions }) => JSON.stringify((Dimensions as { Value: unknown }[])[0]!.Value));
    expect(dimensions('ApproximateNumberOfMessagesVisible')).toEqual([
      '{"Fn::GetAtt":["JobsDeadLetters","QueueName"]}',
      '{"Fn::GetAtt":["WebhooksDeadLetters","QueueName"]}',
    ]);
    expect(dimensions('Errors')).toHaveLength(Object.keys(ofType('AWS::Lambda::Function')).length);
    expect(dimensions('Url5xxCount')).toEqual(['"impasto-dev-api"']);
    expect(dimensions('5xx')).toEqual(['{"Ref":"HttpApi"}']);
  });

  test('functions are traced, tagged, and of the architecture of their bundle', () => {
    const architecture = { x64: 'x86_64', arm64: 'arm64' }[process.arch as string];
    for (const given of Object.values(ofType('AWS::Lambda::Function'))) {
      expect(given).toMatchObject({
        TracingConfig: { Mode: 'Active' },
        Architectures: [architecture],
        Tags: expect.arrayContaining([{ Key: 'Service', Value: 'impasto' }]),
      });
    }
  });
});
