/** The OpenAPI document for generators whose functions take one kind of body and give one kind of result. */

/** The forms in which a body brings a file. */
const MEDIA_TYPES = {
  form: 'multipart/form-data',
  json: 'application/json',
  bytes: 'application/octet-stream',
} as const;

export type BodyForm = keyof typeof MEDIA_TYPES;

export const BODY_FORMS = Object.keys(MEDIA_TYPES) as [BodyForm, ...BodyForm[]];

interface Body {
  readonly content?: Readonly<
    Record<string, { readonly schema: { readonly properties?: object } }>
  >;
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/**
 * The document with one kind of body for each operation that takes several, and with one kind of result: the
 * painting, or for what is put under an id of the caller's own its description. What is a field of the body
 * is no parameter of the query beside it.
 */
export function withOneBody(document: Document, form: BodyForm): Document {
  return {
    ...document,
    paths: mapped(document.paths, (item) =>
      mapped(item, (operation, method) => {
        const result = method === 'put' ? 'application/json' : 'image/jpeg';
        return {
          ...withBody(operation, MEDIA_TYPES[form]),
          responses: mapped(operation.responses, (answer) => only(answer, result)),
        };
      }),
    ),
  };
}

function withBody(operation: Operation, mediaType: string): Operation {
  const { requestBody, parameters = [] } = operation;
  if (requestBody === undefined) return operation;
  const body = only(requestBody, mediaType);
  const fields = body.content?.[mediaType]?.schema.properties ?? {};
  return {
    ...operation,
    parameters: parameters.filter((one) => one.in !== 'query' || !Object.hasOwn(fields, one.name)),
    requestBody: body,
  };
}

/** With this content only, where it is there. */
function only(body: Body, mediaType: string): Body {
  const content = body.content?.[mediaType];
  return content === undefined ? body : { ...body, content: { [mediaType]: content } };
}

function mapped<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  );
}
