/** Holds answers against the OpenAPI document: status, media type, body and required headers. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Response } from 'supertest';

interface Operation {
  responses: Record<
    string,
    {
      headers?: Record<string, { required?: boolean }>;
      content?: Record<string, { schema: object }>;
    }
  >;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** Throws an error that says what the document does not describe. */
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
