/** Memory for one thing after the other, as large as the largest so far needed it. */
export function reusedRoom(): (byteCount: number) => Uint8Array<ArrayBuffer> {
  let room = new ArrayBuffer(0);
  return (byteCount) => {
    if (room.byteLength < byteCount) room = new ArrayBuffer(byteCount);
    return new Uint8Array(room, 0, byteCount);
  };
}
