/** Settings that the address of the page holds: a link restores them. */

import { useEffect, useState } from 'preact/hooks';
import type { Styles } from './catalog.ts';
import { fromFragment, type Settings, toFragment, unknownStyles } from './settings.ts';
import { sharedPainting } from './shared-painting.ts';

/** Undefined before the styles are known. */
export function useLinkedSettings(
  { all, usual }: Styles,
  onProblem: (problem: string | undefined) => void,
): [settings: Settings | undefined, change: (settings: Settings) => void] {
  const [settings, setSettings] = useState<Settings>();

  useEffect(() => {
    if (all.length === 0) return;
    const ids = all.map(({ id }) => id);
    const follow = ({ hash, search }: URL) => {
      const fragment = hash || (sharedPainting(search)?.fragment ?? '');
      const unknown = unknownStyles(fragment, ids);
      const instead = fromFragment(fragment, ids, usual);
      if (unknown.length > 0) onProblem(unknownText(unknown));
      setSettings(instead);
    };
    // A choice may have been written into the address before the event comes.
    const followAnother = ({ newURL }: HashChangeEvent) => {
      onProblem(undefined);
      follow(new URL(newURL));
    };
    follow(new URL(location.href));
    addEventListener('hashchange', followAnother);
    return () => removeEventListener('hashchange', followAnother);
  }, [all]);

  useEffect(() => {
    if (settings) history.replaceState(null, '', `#${toFragment(settings)}`);
  }, [settings]);

  return [settings, setSettings];
}

function unknownText(styles: readonly string[]): string {
  const names = styles.map((style) => `"${style}"`).join(' and ');
  return `The link asks for ${names}, which is no style here. Choose one of those that are.`;
}
