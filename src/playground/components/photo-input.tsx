/** The ways to bring a photograph that have a button. */

import { Icon } from './icon.tsx';

const INPUT = 'photo';

/** Asks the visitor for a file; whoever shows {@link PhotoInput} gets it. */
export function choosePhoto(): void {
  document.getElementById(INPUT)?.click();
}

interface PhotoInputProps {
  readonly onPhoto: (file: Blob, name: string) => void;
  readonly onCamera: () => void;
  readonly onLive: () => void;
  readonly live: boolean;
}

export function PhotoInput({ onPhoto, onCamera, onLive, live }: PhotoInputProps) {
  return (
    <div class="bring">
      <input
        id={INPUT}
        type="file"
        accept="image/*,video/*"
        aria-label="Choose a photograph"
        class="hidden"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) onPhoto(file, file.name);
          currentTarget.value = '';
        }}
      />
      <button
        type="button"
        class="primary"
        title="Or drop one anywhere; or paste one, or its address. Videos, too"
        onClick={choosePhoto}
      >
        <Icon name="picture" />
        Paint your photo
      </button>
      <button type="button" class="compact" onClick={onCamera}>
        <Icon name="camera" />
        <span>Take one</span>
      </button>
      <button type="button" class="compact" aria-pressed={live} onClick={onLive}>
        <Icon name="live" />
        <span>Live</span>
      </button>
    </div>
  );
}
