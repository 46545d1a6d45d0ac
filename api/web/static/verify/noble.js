// SPDX-License-Identifier: Apache-2.0
// The vendored libraries' parts that verifying needs, with the two curves' published parameters. The
// libraries' own curve files bring signing schemes along that no page uses and every reader would load.

import { ecdsa, weierstrass } from "../vendor/noble-curves/abstract/weierstrass.js";
import { eddsa, edwards } from "../vendor/noble-curves/abstract/edwards.js";
import { sha256, sha512 } from "../vendor/noble-hashes/sha2.js";
import { keccak_256 } from "../vendor/noble-hashes/sha3.js";

// SEC 2, section 2.4.1
const SECP256K1 = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn,
  n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  h: 1n,
  a: 0n,
  b: 7n,
  Gx: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  Gy: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
};
// RFC 8032, section 5.1
const ED25519 = {
  p: 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffedn,
  n: 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn,
  h: 8n,
  a: 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffecn,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
  Gx: 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
  Gy: 0x6666666666666666666666666666666666666666666666666666666666666658n,
};

export const secp256k1 = ecdsa(weierstrass(SECP256K1), sha256);

let ed25519Made;

/** Ed25519, for browsers that have none of their own. */
export function ed25519() {
  ed25519Made ??= eddsa(edwards(ED25519), sha512);
  return ed25519Made;
}

export { keccak_256, sha256 };
