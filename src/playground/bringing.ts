/** Files and addresses that are dropped anywhere on the page, or pasted. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { broughtBy } from './photo.ts';

/** Calls with everything that comes; says whether something is held over the page right now. */
export function useBringing(onBrought: (brought: File | URL) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onBrought);
  latest.current = onBrought;

  useEffect(() => {
    const bring = (items: DataTransfer | null) => {
      const brought = broughtBy(items);
      if (brought) latest.current(brought);
    };
    const paste = (event: ClipboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (!isTyping) bring(event.clipboardData);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      // What has a place of its own for it has taken it.
      if (event.defaultPrevented) return;
      event.preventDefault();
      bring(event.dataTransfer);
    };
    const over = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    document.addEventListener('paste', paste);
    document.addEventListener('drop', drop);
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    return () => {
      document.removeEventListener('paste', paste);
      document.removeEventListener('drop', drop);
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
    };
  }, []);

  return isOver;
}
