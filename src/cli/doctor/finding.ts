/** What was found out about one part. */

import { reasonOf } from '../../errors.ts';

export interface Finding {
  readonly name: string;
  /** `absent` is what nobody asked for, `broken` what was asked for and does not work. */
  readonly status: 'ok' | 'absent' | 'broken';
  readonly detail: string;
}

const MARKS = { ok: '✓', absent: '–', broken: '✗' } as const;

export function lineOf({ name, status, detail }: Finding): string {
  return `${MARKS[status]} ${name.padEnd(18)} ${detail}`;
}

/** Broken where the look fails. */
export async function found(name: string, look: () => Promise<string>): Promise<Finding> {
  return look().then(
    (detail) => ({ name, status: 'ok', detail }),
    (error: unknown) => ({ name, status: 'broken', detail: reasonOf(error) }),
  );
}
