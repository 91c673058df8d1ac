/** Settings that the address of the page holds: a link restores them. */

import { useEffect, useState } from 'preact/hooks';
import type { Styles } from './catalog.ts';
import { fromFragment, type Settings, toFragment } from './settings.ts';

/** Undefined before the styles are known. */
export function useLinkedSettings({
  all,
  usual,
}: Styles): [settings: Settings | undefined, change: (settings: Settings) => void] {
  const [settings, setSettings] = useState<Settings>();

  useEffect(() => {
    if (all.length === 0) return;
    const ids = all.map(({ id }) => id);
    const follow = () => setSettings(fromFragment(location.hash, ids, usual));
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [all]);

  useEffect(() => {
    if (settings) history.replaceState(null, '', `#${toFragment(settings)}`);
  }, [settings]);

  return [settings, setSettings];
}
