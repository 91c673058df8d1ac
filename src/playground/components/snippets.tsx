/** The same painting from a program. */

import { useState } from 'preact/hooks';
import { useCopy } from '../copy.ts';
import { useKey } from '../key.ts';
import type { Settings } from '../settings.ts';
import { SNIPPET_LANGUAGES, type SnippetLanguage, snippet } from '../snippets.ts';

export function Snippets({ settings }: { settings: Settings }) {
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const { outcome, copy } = useCopy();
  const { key } = useKey();
  const text = snippet(language, location.origin, settings, key !== undefined);
  return (
    <section aria-labelledby="snippets" class="snippets">
      <h2 id="snippets">The same in code</h2>
      <fieldset class="tabs" aria-labelledby="snippets">
        {SNIPPET_LANGUAGES.map((name) => (
          <button
            type="button"
            class="small"
            key={name}
            aria-pressed={name === language}
            onClick={() => setLanguage(name)}
          >
            {name}
          </button>
        ))}
        <button type="button" class="small copy" aria-live="polite" onClick={() => copy(text)}>
          {outcome ?? 'Copy'}
        </button>
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="code" aria-label={`The request in ${language}`} tabIndex={0}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <p class="hint">
        Everything else is in <a href="/docs">the API reference</a>.
      </p>
    </section>
  );
}
