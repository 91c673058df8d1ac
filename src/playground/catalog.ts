/** The styles that the server has. */

import { useEffect, useState } from 'preact/hooks';
import { listStyles } from './api.ts';
import type { WireStyle } from './wire.ts';

export interface Styles {
  /** None before the server has answered. */
  readonly all: readonly WireStyle[];
  /** What is painted where nobody has chosen. */
  readonly usual: string;
}

export function useStyles(onProblem: (problem: string) => void): Styles {
  const [styles, setStyles] = useState<Styles>({ all: [], usual: '' });
  useEffect(() => {
    listStyles().then(
      ({ styles: all, usual }) => setStyles({ all, usual }),
      (error: Error) => onProblem(error.message),
    );
  }, []);
  return styles;
}
