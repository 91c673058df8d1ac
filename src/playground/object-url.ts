/** Files of the visitor's as addresses, for as long as something shows them. */

import { useEffect, useState } from 'preact/hooks';

export function useObjectUrl(file: Blob): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
