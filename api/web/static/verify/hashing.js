// SPDX-License-Identifier: Apache-2.0
// SHA-256 and Ed25519 by the browser where it has them, else by the noble libraries; Keccak and secp256k1.

import { SignatureError } from "./errors.js";
import { ed25519, keccak_256, secp256k1, sha256 as portableSha256 } from "./noble.js";
import { join } from "./octets.js";

// Absent on a page that came over plain HTTP from another machine.
const subtle = globalThis.crypto?.subtle;
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256, 32 bytes. */
export async function sha256(octets) {
  if (!subtle) return portableSha256(octets);
  return new Uint8Array(await subtle.digest("SHA-256", octets));
}

/** Hash of a leaf of the log (RFC 6962, section 2.1). */
export function leafHash(leaf) {
  return sha256(join(LEAF, leaf));
}

/** Hash of an inner node of the log (RFC 6962, section 2.1). */
export function nodeHash(left, right) {
  return sha256(join(NODE, left, right));
}

/** Keccak-256 as Ethereum uses it, 32 bytes. */
export function keccak(octets) {
  return keccak_256(octets);
}

/** Whether the Ed25519 key (32 bytes) made the signature of the message (RFC 8032). */
export async function ed25519Verifies(key, signature, message) {
  if (signature.length !== 64) return false;
  if (subtle) {
    try {
      const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, imported, signature, message);
    } catch (error) {
      if (error.name !== "NotSupportedError") return false;
    }
  }
  try {
    return ed25519().verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * Address (20 bytes) of the key that signed a digest of 32 bytes; SignatureError if no key can have.
 * r ‖ s ‖ v, 65 bytes; high s and v other than 27 and 28 are refused: a malleated signature.
 */
export function recover(digest, signature) {
  const parity = signature.length === 65 ? signature[64] - 27 : -1;
  if (parity !== 0 && parity !== 1) throw new SignatureError("not r, s and v of 27 or 28");
  try {
    const read = secp256k1.Signature.fromBytes(signature.subarray(0, 64), "compact");
    if (read.s > HALF_ORDER) throw new SignatureError("s is in the upper half of the order");
    const key = read.addRecoveryBit(parity).recoverPublicKey(digest);
    return keccak(key.toBytes(false).subarray(1)).slice(12);
  } catch {
    throw new SignatureError("no key can have made this signature");
  }
}

