/** Keys as callers hold them, `imp_<id>_<secret>`, and what is kept of them. */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256Hex } from '../host/digest.ts';

export interface PresentedKey {
  readonly id: string;
  readonly secret: string;
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;

const KEY = /^imp_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export function newId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** 256 random bits, in base64url. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function keyText({ id, secret }: PresentedKey): string {
  return `imp_${id}_${secret}`;
}

/** Undefined for what no key looks like. */
export function presentedKey(text: string): PresentedKey | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** SHA-256 in hex: a secret of 256 random bits needs no slower one. */
export function hashOf(secret: string): string {
  return sha256Hex(secret);
}

/** Of no secret: what is unknown takes as long to refuse as what is wrong. */
const NO_HASHES = ['0'.repeat(64)];

/** Whether it is the secret of one of these hashes; takes as long whichever it is, and if it is none. */
export function matches(secret: string, hashes: readonly string[] = NO_HASHES): boolean {
  const given = Buffer.from(hashOf(secret), 'hex');
  const equal = hashes.map((hash) => timingSafeEqual(given, Buffer.from(hash, 'hex')));
  return equal.includes(true);
}
