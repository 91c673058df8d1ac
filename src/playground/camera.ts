/** The visitor's camera. */

import { useEffect, useState } from 'preact/hooks';

/** Turns the camera on. Rejects with what a visitor can do about it. */
async function openCamera(video: HTMLVideoElement): Promise<() => void> {
  const stream = await navigator.mediaDevices
    ?.getUserMedia({ video: { facingMode: 'environment', width: 1280 }, audio: false })
    .catch((cause: unknown) => {
      throw new Error('The camera could not be used. Is it there, and allowed?', { cause });
    });
  if (stream === undefined) throw new Error('Cameras are for pages from https or localhost only.');
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  try {
    await video.play();
  } catch (cause) {
    close();
    throw new Error("The camera's picture could not be shown.", { cause });
  }
  return close;
}

/** Whether the camera is on; it is as long as the component is there. */
export function useCamera(
  video: { readonly current: HTMLVideoElement | null },
  onProblem: (problem: string) => void,
): boolean {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    let close = () => {};
    let gone = false;
    openCamera(video.current!).then(
      (stop) => {
        close = stop;
        if (gone) close();
        else setOpen(true);
      },
      (error: Error) => !gone && onProblem(error.message),
    );
    return () => {
      gone = true;
      close();
    };
  }, []);
  return isOpen;
}

/** What the camera sees now, as a JPEG. */
export async function takePicture(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The camera gave no picture.'))),
      'image/jpeg',
      0.95,
    );
  });
}
