/** Part of every entity tag and of every kept painting's address: raised when the same request would give other bytes. */
export const PICTURE_VERSION = '6';
