/** The picture over the whole screen; over the whole page where browsers give only videos the screen. */

import { useEffect, useState } from 'preact/hooks';

export interface FullScreen {
  readonly isFull: boolean;
  readonly toggle: (element: HTMLElement | null) => void;
}

const MARK = 'full';

export function useFullScreen(): FullScreen {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    const leave = ({ key }: KeyboardEvent) => {
      const filling = key === 'Escape' && document.querySelector<HTMLElement>(`[data-${MARK}]`);
      if (!filling) return;
      delete filling.dataset[MARK];
      setFull(false);
    };
    document.addEventListener('fullscreenchange', follow);
    document.addEventListener('keydown', leave);
    return () => {
      document.removeEventListener('fullscreenchange', follow);
      document.removeEventListener('keydown', leave);
    };
  }, []);

  const toggle = (element: HTMLElement | null) => {
    if (element === null) return;
    if (document.fullscreenElement) return void document.exitFullscreen();
    const fill = () => {
      if (MARK in element.dataset) delete element.dataset[MARK];
      else element.dataset[MARK] = '';
      setFull(MARK in element.dataset);
    };
    if (element.requestFullscreen) element.requestFullscreen().catch(fill);
    else fill();
  };
  return { isFull, toggle };
}
