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
  examples: Record<string, { value: object }>;
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
  test('is OpenAPI 3.1 and describes all three forms of a body', async () => {
    const { body } = await server.get('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const { content } = body.paths['/v1/stylizations'].post.requestBody;
    expect(Object.keys(content)).toEqual(
      expect.arrayContaining([
        'multipart/form-data',
        'application/json',
        'image/jpeg',
        'image/avif',
      ]),
    );
    expect(content['multipart/form-data'].schema.properties.image).toMatchObject({
      format: 'binary',
    });
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
        for (const [type, { value }] of Object.entries<{ value: object }>(examples)) {
          check(`${where} ${type}`, schema, value);
          problems.add(type);
        }
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
      expect(address).toMatch(/^\/[^/]/);
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
