/** Memory that is used again and again, so that there is no more of it than was needed at one time. */
export interface ReusedRoom {
  /** So many bytes, whatever they hold. */
  take(byteCount: number): Uint8Array<ArrayBuffer>;
  /** Says that nobody looks at them any more. */
  give(bytes: Uint8Array<ArrayBuffer>): void;
}

export function reusedRoom(): ReusedRoom {
  const free: ArrayBuffer[] = [];
  return {
    take(byteCount) {
      const place = free.findIndex(({ byteLength }) => byteLength >= byteCount);
      const [room = new ArrayBuffer(byteCount)] = place < 0 ? [] : free.splice(place, 1);
      return new Uint8Array(room, 0, byteCount);
    },
    give: ({ buffer }) => {
      free.push(buffer);
    },
  };
}
