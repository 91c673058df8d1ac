/** The styles that the server has. */

import { useEffect, useState } from 'preact/hooks';
import { KeyError, listStyles } from './api.ts';
import { useKey } from './key.ts';
import type { WireStyle } from './wire.ts';

export interface Styles {
  /** None before the server has answered. */
  readonly all: readonly WireStyle[];
  /** What is painted where nobody has chosen. */
  readonly usual: string;
  /** Asks the server again. */
  readonly reload: () => Promise<void>;
}

export function useStyles(onProblem: (problem: string) => void): Styles {
  const [styles, setStyles] = useState<Omit<Styles, 'reload'>>({ all: [], usual: '' });
  const { key } = useKey();
  const reload = () =>
    listStyles().then(
      ({ styles: all, usual }) => setStyles({ all, usual }),
      (error: Error) => {
        if (!(error instanceof KeyError)) onProblem(error.message);
      },
    );
  // Who has a key has styles of their own, too.
  useEffect(() => void reload(), [key]);
  return { ...styles, reload };
}
