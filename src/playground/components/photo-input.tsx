/** The ways to bring a photograph: choose, drop, paste, camera. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { fileOf } from '../photo.ts';

interface PhotoInputProps {
  readonly onPhoto: (file: Blob, name: string) => void;
  readonly onCamera: () => void;
  readonly onLive: () => void;
  readonly live: boolean;
}

export function PhotoInput({ onPhoto, onCamera, onLive, live }: PhotoInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const [dragging, setDragging] = useState(false);
  const latest = useRef(onPhoto);
  latest.current = onPhoto;

  useEffect(() => {
    const bring = (items: DataTransfer | null) => {
      const file = fileOf(items);
      if (file) latest.current(file, file.name);
    };
    const paste = (event: ClipboardEvent) => bring(event.clipboardData);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setDragging(false);
      bring(event.dataTransfer);
    };
    const over = (event: DragEvent) => {
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDragging(false);
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

  return (
    <div class={dragging ? 'bring dragging' : 'bring'}>
      <input
        ref={input}
        id="photo"
        type="file"
        accept="image/*"
        aria-label="Choose a photograph"
        class="hidden"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) onPhoto(file, file.name);
          currentTarget.value = '';
        }}
      />
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        Choose a photograph
      </button>
      <button type="button" onClick={onCamera}>
        Take one
      </button>
      <button type="button" aria-pressed={live} onClick={onLive}>
        Live
      </button>
      <span class="hint">or drop or paste one</span>
    </div>
  );
}
