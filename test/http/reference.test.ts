import { Ajv2020 } from 'ajv/dist/2020.js';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { problemTypes } from '../../src/errors.ts';
import { conformance } from '../support/conformance.ts';
import { jpeg } from '../support/pictures.ts';
import { useServer } from '../support/server.ts';

const server = useServer();

interface Content {
  schema: { $ref?: string };
  example?: object;
  examples?: Record<string, { value: object }>;
}

type Paths = Record<string, Record<string, { requestBody?: object; responses: object }>>;

/** Every JSON body of a request or an answer, webhooks among them, and where it stands. */
function jsonContents({ paths, webhooks }: { paths: Paths; webhooks: Paths }): [string, Content][] {
  return Object.entries({ ...paths, ...webhooks }).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody, responses }]) =>
      Object.entries({ body: requestBody, ...responses }).flatMap(([place, part]) =>
        Object.entries<Content>((part as { content?: Record<string, Content> })?.content ?? {})
          .filter(([type]) => type.endsWith('json'))
          .map(([type, content]): [string, Content] => [
            `${method} ${path} ${place} ${type}`,
            content,
          ]),
      ),
    ),
  );
}

describe('the OpenAPI document', () => {
  test.each([
    ['/v1/stylizations', 'image', 'image/jpeg'],
    ['/v1/videos', 'video', 'video/mp4'],
  ])(
    'describes all three forms of the body of %s, each with examples',
    async (path, field, type) => {
      const { body } = await server.get('/openapi.json');
      expect(body.openapi).toBe('3.1.0');
      const { requestBody, 'x-codeSamples': samples } = body.paths[path].post;
      const { content } = requestBody;
      const [first, second] = Object.keys(content);
      expect([first, second]).toEqual(['multipart/form-data', 'application/json']);
      const form = content['multipart/form-data'];
      expect(form.schema.properties[field].format).toBe('binary');
      expect(form.encoding[field].contentType.split(', ')).toContain(type);
      for (const bytes of [type, 'application/octet-stream']) {
        expect(content[bytes].schema.format).toBe('binary');
      }
      for (const { examples } of Object.values<Content>(content)) {
        expect(Object.keys(examples ?? {})).not.toEqual([]);
      }
      expect(samples.map(({ label }: { label: string }) => label)).toEqual([
        'Form',
        'Bytes',
        'JSON',
      ]);
    },
  );

  test.each([
    ['form', 'multipart/form-data'],
    ['json', 'application/json'],
    ['bytes', 'application/octet-stream'],
  ])('has one body and one result for each operation where %s is asked for', async (form, type) => {
    const { body } = await server.get('/openapi.json').query({ body: form });
    for (const [path, method] of [
      ['/v1/stylizations', 'post'],
      ['/v1/stylizations/{id}', 'put'],
      ['/v1/videos', 'post'],
    ] as const) {
      const { requestBody, responses, parameters } = body.paths[path][method];
      expect(Object.keys(requestBody.content)).toEqual([type]);
      expect(Object.keys(responses[200].content)).toHaveLength(1);
      const names = parameters.map(({ name }: { name: string }) => name);
      expect(names.includes('style')).toBe(form === 'bytes');
    }
    expect(body.webhooks).toHaveProperty(['batch.finished']);
    const whole = (await server.get('/openapi.json')).body;
    expect(Object.keys(body.paths)).toEqual(Object.keys(whole.paths));
    const { content } = whole.paths['/v1/stylizations'].post.requestBody;
    expect(Object.keys(content).length).toBeGreaterThan(3);
  });

  test('says what it can be asked for where it is asked for something else', async () => {
    const { status, body } = await server.get('/openapi.json').query({ body: 'xml' });
    expect([status, body.detail]).toEqual([
      422,
      expect.stringContaining('Expected one of form, json, bytes for body'),
    ]);
  });

  test('has examples of every JSON body, every answer and every problem, all of them valid', async () => {
    const { body: document } = await server.get('/openapi.json');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'openapi.json');
    const problems = new Set<string>();
    const check = (where: string, schema: object, value: unknown) => {
      const rebased = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/'));
      expect([where, ajv.validate(rebased, value), ajv.errorsText()]).toEqual([
        where,
        true,
        'No errors',
      ]);
    };
    for (const [where, { schema, example, examples }] of jsonContents(document)) {
      const named = document.components.schemas[schema.$ref?.split('/').at(-1) ?? ''];
      if (where.endsWith('problem+json')) {
        for (const [type, { value }] of Object.entries(examples ?? {})) {
          check(`${where} ${type}`, schema, value);
          problems.add(type);
        }
      } else if (examples) {
        for (const { value } of Object.values(examples)) check(where, schema, value);
      } else if (!where.includes('model.json')) {
        check(where, schema, example ?? named?.example);
      }
    }
    expect(problems.size).toBeGreaterThan(20);
  });

  test('is what answers are held against: a wrong one is noticed', async () => {
    const { body: document } = await server.get('/openapi.json');
    const answer = await request(server.url()).get('/v1/styles');
    conformance(document)(answer);

    const { 200: list } = document.paths['/v1/styles'].get.responses;
    list.content['application/json'].schema = { type: 'object', required: ['nothing'] };
    expect(() => conformance(document)(answer)).toThrow(/nothing/);
    list.content = { 'text/plain': {} };
    expect(() => conformance(document)(answer)).toThrow(/application\/json is not described/);
    delete document.paths['/v1/styles'].get.responses[200];
    expect(() => conformance(document)(answer)).toThrow(/status is not described/);
    delete document.paths['/v1/styles'];
    expect(() => conformance(document)(answer)).toThrow(/operation is not described/);
  });
});

describe('the pages', () => {
  test('/docs loads nothing from other hosts', async () => {
    const { text, headers } = await server.get('/docs');
    expect(headers['content-type']).toContain('text/html');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    const addresses = [...text.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(([, url]) => url!);
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) {
      expect(address).toMatch(/^\/(?!\/)/);
      expect((await server.get(address)).status).toBe(200);
    }
  });

  test('/problems explains every type that answers name', async () => {
    const { text } = await server.get('/problems');
    for (const type of Object.keys(problemTypes)) expect(text).toContain(`id="${type}"`);
    const answer = await server
      .post('/v1/stylizations')
      .type('image/jpeg')
      .send(await jpeg())
      .query({ quality: 0 });
    const [page, anchor] = answer.body.type.split('#');
    expect((await server.get(page)).text).toContain(`id="${anchor}"`);
  });
});
