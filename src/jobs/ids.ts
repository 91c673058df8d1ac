/** Names of jobs and batches: what callers choose, and what is chosen for them. */

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Whether a text can be an id, and so part of a key; what cannot names nothing. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Everything of a job lies in here. */
export function jobFolder(id: string): string {
  return `jobs/${id}/`;
}
