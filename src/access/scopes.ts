/** What a caller may do: each route asks for one of these, or for none. */

export const SCOPES = ['paint', 'jobs', 'train', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope allows, as the documentation says it. */
export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  paint: 'Paint, send photographs, load the networks of styles.',
  jobs: 'Read, follow, cancel and remove what was asked for.',
  train: 'Train styles.',
  admin: 'See how the service itself is doing.',
};

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
