/** The API's own description: the OpenAPI document, an interactive page, the problem types. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { html } from 'hono/html';
import { type ProblemType, problemTypes } from '../../errors.ts';
import { problemExample } from '../examples.ts';
import { expected } from '../expectations.ts';
import { BODY_FORMS, type Document, withOneBody } from '../one-body.ts';
import { page, type Route } from '../route.ts';
import { parseFields } from '../validation.ts';

/** The script of the interactive page, copied by the build from the openapi-explorer package. */
export const EXPLORER_ASSET = 'openapi-explorer.min.js';

/** The page runs its own script and styles, and talks to this server only. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const FIRST_REQUEST = [
  'curl -sf -F image=@photo.jpg \\',
  '  -F style=starry-night -o painting.jpg \\',
  '  localhost:8080/v1/stylizations',
].join('\n');

const documentQuery = z.object({
  body: z.enum(BODY_FORMS, { error: expected(`one of ${BODY_FORMS.join(', ')}`) }).optional(),
});

/** `document` gives the OpenAPI document, once all routes are registered. */
export function referenceRoutes(document: () => Document): Route[] {
  return [
    page('/openapi.json', (c) => {
      const { body } = parseFields(documentQuery, c.req.query());
      return c.json(body === undefined ? document() : withOneBody(document(), body));
    }),
    page('/docs', explorer),
    page('/problems', problemTypesPage),
  ];
}

function explorer(c: Context): Response | Promise<Response> {
  c.header('content-security-policy', CONTENT_SECURITY_POLICY);
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Impasto API</title>
    <link rel="icon" href="/assets/icon.svg" />
    <link rel="stylesheet" href="/assets/playground.css" />
    <link rel="stylesheet" href="/assets/reference.css" />
    <script type="module" src="/assets/${EXPLORER_ASSET}"></script>
    <script type="module" src="/assets/reference.js"></script>
  </head>
  <body class="reference">
    <header>
      <h1><a href="/">Impasto</a></h1>
      <p>The API, to read and to try.</p>
      <nav aria-label="Elsewhere">
        <a href="/openapi.json">OpenAPI</a>
        <a href="/problems">Problems</a>
      </nav>
    </header>
    <openapi-explorer spec-url="/openapi.json" hide-server-selection>
      <div slot="overview" class="overview">
        <h2>One request, one painting</h2>
        <p>A photograph goes in as a form, as JSON or as it is; a painting comes back.</p>
        <pre tabindex="0"><code>${FIRST_REQUEST}</code></pre>
        <h2>Longer work is a job</h2>
        <p>
          With <code>Prefer: respond-async</code> a stylization is answered at once, followed by events, and told to
          your webhook. Videos, batches and styles that you train are always jobs.
        </p>
        <h2>What goes wrong is told</h2>
        <p>
          Every refusal says what was expected, where, and what came, as a
          <a href="/problems">problem of a known type</a>.
        </p>
      </div>
      <span slot="overview-api-description"></span>
    </openapi-explorer>
  </body>
</html>`);
}

function problemTypesPage(c: Context): Response | Promise<Response> {
  const rows = Object.entries(problemTypes).map(
    ([type, { status, title }]) => html`<dt id="${type}"><code>${type}</code></dt>
        <dd>${status}: ${title}.<pre tabindex="0">${JSON.stringify(problemExample(type as ProblemType), null, 2)}</pre></dd>`,
  );
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Impasto problem types</title>
    <link rel="icon" href="/assets/icon.svg" />
    <link rel="stylesheet" href="/assets/playground.css" />
  </head>
  <body>
    <header>
      <h1><a href="/">Impasto</a></h1>
      <p>What may go wrong, and how it is told.</p>
      <nav aria-label="Elsewhere"><a href="/docs">API</a></nav>
    </header>
    <main class="page"><h2>Problem types</h2><dl>${rows}</dl></main>
  </body>
</html>`);
}
