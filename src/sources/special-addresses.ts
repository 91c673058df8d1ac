/**
 * Literal addresses that no server of the public internet has
 * (https://www.iana.org/assignments/iana-ipv4-special-registry/ and its sibling for IPv6): what names
 * one of them is refused at once. What a name stands for is checked when it is connected to.
 */

import { BlockList, isIP } from 'node:net';

const SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

const special = rangesOf(SPECIAL);

/** Addresses and CIDR ranges as one; what is neither matches nothing. */
export function rangesOf(list: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address);
    if (family === undefined) continue;
    const most = family === 'ipv4' ? 32 : 128;
    const bits = prefix === undefined ? most : Number(prefix);
    if (Number.isInteger(bits) && bits >= 0 && bits <= most) {
      ranges.addSubnet(address, bits, family);
    }
  }
  return ranges;
}

/** Whether a URL's host name is an address that is special and not among those allowed. */
export function isSpecial(hostName: string, allowed: BlockList): boolean {
  const address = hostName.replace(/^\[(.*)\]$/, '$1');
  const family = familyOf(address);
  if (family === undefined) return false;
  return special.check(address, family) && !allowed.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
