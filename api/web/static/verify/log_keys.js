// SPDX-License-Identifier: Apache-2.0
// Which key signs checkpoints of which size: the founding's, until governance names another.
//
// `log.key.rotated` says that checkpoints of more entries than its own index are signed by that key alone.

import { FormatError, SignatureError } from "./errors.js";
import { NoteVerifier } from "./note.js";
import { same, toHex } from "./octets.js";

const COMPROMISED = "key_compromised";
const REASONS = ["scheduled", "key_lost", COMPROMISED];

/** `{index, logKey, checkpointSigner, reason}`: a body with its entry's index, or a listed one with its own. */
export function readRotation(fields, index = null) {
  const rotation = {
    index: index ?? fields.integer("index", 1),
    logKey: fields.octets("log_key", 32),
    checkpointSigner: fields.octets("checkpoint_signer", 20),
    reason: fields.choice("reason", REASONS),
  };
  fields.done();
  return rotation;
}

/** The listed rotations, in the log's order (FormatError); none where the member is absent. */
export function readRotations(fields, name) {
  if (!fields.has(name)) return [];
  const rotations = fields.objects(name, 1, 64).map((one) => readRotation(one));
  if (rotations.some((one, at) => at > 0 && one.index <= rotations[at - 1].index)) {
    throw new FormatError("rotations stand in the order of the log, each once");
  }
  return rotations;
}

/** What makes two rotations the same. */
export function rotationKey({ index, logKey, checkpointSigner, reason }) {
  return [index, toHex(logKey), toHex(checkpointSigner), reason].join(" ");
}

/** The founding's verifier and every rotation that is known, in the log's order. */
export class LogKeys {
  constructor(first, rotations) {
    this.first = first;
    this.rotations = rotations;
  }

  /** One story told by several; FormatError where they differ on an index. */
  static of(first, known) {
    const union = [...new Map(known.map((one) => [rotationKey(one), one])).values()];
    if (new Set(union.map((one) => one.index)).size !== union.length) {
      throw new FormatError("two rotations of the log key at one index");
    }
    return new LogKeys(first, union.sort((one, other) => one.index - other.index));
  }

  /** `{verifier, stolen}`: who signs a checkpoint of this size; whether that key is known to be in other hands. */
  async at(size) {
    const before = this.rotations.filter((one) => one.index < size);
    // It speaks of every key of before: old ones lie beside the one that was stolen.
    const stolen = this.rotations.some((one) => one.index >= size && one.reason === COMPROMISED);
    return { verifier: await this.#verifier(before.at(-1)?.logKey ?? null), stolen };
  }

  #verifier(key) {
    return key === null ? this.first : NoteVerifier.ofKey(this.first.name, key);
  }

  /** Whether a note is genuine, but of a key of this log that does not count at this size. */
  async retired(note, size) {
    const { verifier: inForce } = await this.at(size);
    for (const key of [null, ...this.rotations.map((one) => one.logKey)]) {
      const one = await this.#verifier(key);
      if (!same(one.key, inForce.key) && (await signed(note, one))) return true;
    }
    return false;
  }
}

async function signed(note, verifier) {
  try {
    await verifier.verify(note);
    return true;
  } catch (error) {
    if (error instanceof SignatureError) return false;
    throw error;
  }
}
