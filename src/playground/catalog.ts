/** The styles that the server has. */

import { useEffect, useState } from 'preact/hooks';
import { KeyError, listStyles } from './api.ts';
import { useKey } from './key.ts';
import type { Settings } from './settings.ts';
import type { WireStyle } from './wire.ts';

export interface Styles {
  /** None before the server has answered; what is painted where nobody has chosen is the first. */
  readonly all: readonly WireStyle[];
  /** What is painted where nobody has chosen. */
  readonly usual: string;
  readonly canLearn: boolean;
  readonly canTell: boolean;
  /** For how long a painting can be stored that a link is to; undefined where it cannot. */
  readonly linkSeconds: number | undefined;
  /** Asks the server again. */
  readonly reload: () => Promise<void>;
}

export function useStyles(onProblem: (problem: string) => void): Styles {
  const [styles, setStyles] = useState<Omit<Styles, 'reload'>>({
    all: [],
    usual: '',
    canLearn: false,
    canTell: false,
    linkSeconds: undefined,
  });
  const { key } = useKey();
  const reload = () =>
    listStyles().then(
      ({ styles: all, default_style: usual, can_learn, can_tell, link_seconds }) =>
        setStyles({
          all: withFirst(all, usual),
          usual,
          canLearn: can_learn,
          canTell: can_tell,
          linkSeconds: link_seconds ?? undefined,
        }),
      (error: Error) => {
        if (!(error instanceof KeyError)) onProblem(error.message);
      },
    );
  // Who has a key has styles of their own, too.
  useEffect(() => void reload(), [key]);
  return { ...styles, reload };
}

/** Of what is painted in these styles. */
export function titleOf({ mix }: Pick<Settings, 'mix'>, styles: readonly WireStyle[]): string {
  return mix.map(({ style }) => styles.find(({ id }) => id === style)?.title ?? style).join(' + ');
}

/** The others stay in their order. */
function withFirst(styles: readonly WireStyle[], first: string): WireStyle[] {
  const isFirst = ({ id }: WireStyle) => id === first;
  return [...styles.filter(isFirst), ...styles.filter((style) => !isFirst(style))];
}
