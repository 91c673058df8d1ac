/** Files that are dropped anywhere on the page, or pasted. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { fileOf } from './photo.ts';

/** Calls with every file that comes; says whether one is held over the page right now. */
export function useBringing(onFile: (file: File) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFile);
  latest.current = onFile;

  useEffect(() => {
    const bring = (items: DataTransfer | null) => {
      const file = fileOf(items);
      if (file) latest.current(file);
    };
    const paste = (event: ClipboardEvent) => bring(event.clipboardData);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
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
