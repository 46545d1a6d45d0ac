// SPDX-License-Identifier: Apache-2.0
// One verification in hand: the file, what is believed, what was learnt live, and the moment judged.

import { member } from "./canonical.js";
import { REASKED, RECORDED, RELIED } from "./evidence.js";
import { readCheckpoint, readNote } from "./note.js";
import { toHex } from "./octets.js";
import { STATUS } from "./statements.js";

/** Seconds that a statement's time may lie ahead of the reader's clock. */
export const CLOCK_SKEW = 120;

const checkOf = (state) => (name, reason) => ({ name, state, reason });
export const passed = checkOf("passed");
export const failed = checkOf("failed");
export const unknown = checkOf("unknown");
export const notApplicable = checkOf("not_applicable");

/**
 * `evidence`, `trust`, `now`, `moment`, `online`, `document` (SHA-256 or null), `facts`, `maxAgeAnchor`,
 * `maxAgeStatus`: times in Unix seconds, ages in seconds.
 */
export class Inquiry {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The entry that the verdict is about. */
  get subject() {
    return this.evidence.entries[this.evidence.subject];
  }

  /** Whether the subject says that something was asked in vain. */
  get reasks() {
    return this.subject.envelope.entry.kind === REASKED;
  }

  /** Whether the subject is a reliance receipt. */
  get relies() {
    return this.subject.envelope.entry.kind === RELIED;
  }

  /** Whether the subject says that somebody acts for another by an accepted paper. */
  get records() {
    return this.subject.envelope.entry.kind === RECORDED;
  }

  /** Whether the subject cites an acceptance: a reliance, a recorded mandate, and most re-asks. */
  get cites() {
    const cited = this.reasks && member(this.subject.envelope.entry.body, "cites") !== undefined;
    return this.relies || this.records || cited;
  }

  /** The acceptance that the subject of this file cites, or null. */
  get citation() {
    return this.evidence.ofRole("citation")[0] ?? null;
  }

  /** The publication of the policy that a reliance in this file cites, or null. */
  get policy() {
    return this.evidence.ofRole("policy")[0] ?? null;
  }

  /** The acceptance whose standing matters: the subject, or the one it cites; null without any. */
  get accepted() {
    if (this.cites) return this.citation;
    return this.reasks ? null : this.subject;
  }

  /** Size and root that the subject's proof leads to, whoever signed them. */
  get checkpoint() {
    return readCheckpoint(readNote(this.subject.proof.checkpoint).text);
  }

  /** `{envelope, says}` of this kind, or null; of statuses the one that speaks of `accepted`. */
  statement(kind) {
    return this.evidence.statements.find(({ says }) => says?.kind === kind && this.#isMeant(says)) ?? null;
  }

  #isMeant(says) {
    return says.kind !== STATUS || (this.accepted !== null && says.subject === toHex(this.accepted.hash));
  }
}
