/** Holds answers and requests against the OpenAPI document. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Response } from 'supertest';

interface Parameter {
  required?: boolean;
  name: string;
  in: string;
  explode?: boolean;
  schema: Schema;
}

interface Schema {
  type?: string;
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<
    string,
    {
      headers?: Record<string, { required?: boolean }>;
      content?: Record<string, { schema: object }>;
    }
  >;
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: Record<string, object> };
}

/** Of answers: status, media type, body and required headers. Throws what is not described. */
export function conformance(document: Document): (response: Response) => void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi.json');

  return (response) => {
    const { method, url } = response.request as unknown as { method: string; url: string };
    const { pathname } = new URL(url);
    const operation = find(document, method, pathname);
    const where = `${method} ${pathname} -> ${response.status}`;
    if (operation === undefined) throw new Error(`${where}: the operation is not described.`);
    const described = operation.responses[response.status];
    if (described === undefined) throw new Error(`${where}: the status is not described.`);
    for (const [name, header] of Object.entries(described.headers ?? {})) {
      if (header.required && response.headers[name] === undefined) {
        throw new Error(`${where}: the header ${name} is missing.`);
      }
    }
    if (described.content === undefined) return;
    const mediaType = response.headers['content-type']?.split(';')[0] ?? 'none';
    const content = described.content[mediaType];
    if (content === undefined) throw new Error(`${where}: ${mediaType} is not described.`);
    if (!mediaType.endsWith('json')) return;
    const body: unknown = JSON.parse(response.text ?? JSON.stringify(response.body));
    const schema = rebased(content.schema);
    if (!ajv.validate(schema, body)) throw new Error(`${where}: ${ajv.errorsText()}`);
  };
}

/** Of what a webhook was sent: event, headers and body. Throws what is not described. */
export function webhookConformance(
  document: Document,
): (sent: { readonly headers: object; readonly body: string }) => void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi.json');

  return ({ headers, body }) => {
    const message = JSON.parse(body) as { type: string };
    const { type } = message;
    const operation = document.webhooks[type]?.post;
    if (operation === undefined) throw new Error(`${type} is not described.`);
    for (const { name, schema, required } of operation.parameters ?? []) {
      const value = new Map(Object.entries(headers)).get(name);
      if (value === undefined && !required) continue;
      if (!ajv.validate(rebased(schema), value)) throw new Error(`${name}: ${ajv.errorsText()}`);
    }
    const content = operation.requestBody?.content['application/json'];
    if (content === undefined) throw new Error(`${type}: a body in JSON is not described.`);
    if (!ajv.validate(rebased(content.schema), message)) {
      throw new Error(`${type}: ${ajv.errorsText()}`);
    }
  };
}

/** Whether a value is as the schema at this place of the document has it. */
export function matches(document: Document, place: string): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi.json');
  return ajv.compile({ $ref: `openapi.json${place}` });
}

export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Of requests: parameters of the query, media type and body. Throws what is not described. */
export function requestConformance(
  document: Document,
): (recorded: RecordedRequest) => Promise<void> {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi.json');
  const check = (where: string, schema: object, value: unknown) => {
    if (!ajv.validate(rebased(schema), value)) throw new Error(`${where}: ${ajv.errorsText()}`);
  };

  return async ({ method, target, headers, body }) => {
    const { pathname, searchParams } = new URL(target, 'http://localhost');
    const operation = find(document, method, pathname);
    const where = `${method} ${pathname}`;
    if (operation === undefined) throw new Error(`${where}: the operation is not described.`);
    const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    for (const name of new Set(searchParams.keys())) {
      const parameter = described.find((candidate) => candidate.name === name);
      if (parameter === undefined) throw new Error(`${where}: ${name} is not described.`);
      const values = searchParams.getAll(name);
      check(`${where}: ${name}`, parameter.schema, fromTexts(values, parameter.schema));
    }
    if (operation.requestBody === undefined) return;
    const contentType = headers.get('content-type') ?? 'none';
    const mediaType = contentType.split(';')[0]!.toLowerCase();
    const content = operation.requestBody.content[mediaType];
    if (content === undefined) throw new Error(`${where}: ${mediaType} is not described.`);
    if (mediaType === 'application/json') {
      check(where, content.schema, JSON.parse(new TextDecoder().decode(body)));
    }
    if (mediaType !== 'multipart/form-data') return;
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
    const { properties = {} } = content.schema;
    for (const name of new Set(form.keys())) {
      const schema = properties[name];
      if (schema === undefined) throw new Error(`${where}: the field ${name} is not described.`);
      const texts = form.getAll(name).map((value) => (typeof value === 'string' ? value : 'bytes'));
      check(`${where}: ${name}`, schema, fromTexts(texts, schema));
    }
  };
}

/** Texts as a parameter of this schema means them: a list has one for each item. */
function fromTexts(texts: readonly string[], schema: Schema): unknown {
  if (schema.type === 'array') return texts.map((text) => fromTexts([text], schema.items ?? {}));
  const [text = '', another] = texts;
  if (another !== undefined) throw new Error('It is given twice.');
  if (schema.type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  const number = schema.type === 'number' || schema.type === 'integer';
  return number && text !== '' ? Number(text) : text;
}

function find(document: Document, method: string, path: string): Operation | undefined {
  const match = Object.keys(document.paths).find((template) => {
    const pattern = template.replace(/\{[^}]+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(path);
  });
  return match === undefined ? undefined : document.paths[match]?.[method.toLowerCase()];
}

/** References point into the document. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/'));
}
