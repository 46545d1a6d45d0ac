// SPDX-License-Identifier: Apache-2.0
// Proofs of RFC 6962. Sizes and indexes are BigInt: a tree may hold up to 2**63 - 1 leaves.

import { ProofError } from "./errors.js";
import { nodeHash } from "./hashing.js";
import { same } from "./octets.js";

export const MAX_SIZE = 2n ** 63n - 1n;

function bitLength(number) {
  return number === 0n ? 0 : number.toString(2).length;
}

/** Length of a path from a leaf: up to where it meets the right edge, and along that edge. */
function shape(index, size) {
  const inner = bitLength(index ^ (size - 1n));
  const border = [...(index >> BigInt(inner)).toString(2)].filter((bit) => bit === "1").length;
  return [inner, border];
}

function isRight(index, step) {
  return ((index >> BigInt(step)) & 1n) === 1n;
}

/** ProofError unless `proof` leads from leaf `index` to the `root` of `size` leaves (section 2.1.1). */
export async function verifyInclusion(leaf, index, size, proof, root) {
  if (index < 0n || index >= size || size > MAX_SIZE) throw new ProofError("no such leaf in this tree");
  const [inner, border] = shape(index, size);
  if (proof.length !== inner + border) throw new ProofError("a path of another length");
  let node = leaf;
  for (const [step, sibling] of proof.entries()) {
    const left = step >= inner || isRight(index, step);
    node = left ? await nodeHash(sibling, node) : await nodeHash(node, sibling);
  }
  if (!same(node, root)) throw new ProofError("the path leads to another root");
}

/**
 * ProofError unless `proof` shows that the tree of `size` leaves continues the one of `old` (section 2.1.2).
 * `old` = 0 is refused: from nothing any history would be consistent.
 */
export async function verifyConsistency(old, oldRoot, size, root, proof) {
  if (old < 1n || old > size || size > MAX_SIZE) throw new ProofError("no consistency of these sizes");
  if (old === size) {
    if (proof.length || !same(oldRoot, root)) throw new ProofError("two roots for one size");
    return;
  }
  const level = bitLength(old & -old) - 1;
  const last = (old - 1n) >> BigInt(level);
  let [inner, border] = shape(old - 1n, size);
  inner -= level;
  const seeded = last === 0n ? 0 : 1;
  if (proof.length !== seeded + inner + border) throw new ProofError("a path of another length");
  let before = seeded ? proof[0] : oldRoot;
  let after = before;
  for (const [step, sibling] of proof.slice(seeded).entries()) {
    if (step >= inner || isRight(last, step)) {
      before = await nodeHash(sibling, before);
      after = await nodeHash(sibling, after);
    } else {
      after = await nodeHash(after, sibling);
    }
  }
  if (!same(before, oldRoot) || !same(after, root)) throw new ProofError("the path leads to another root");
}
