// SPDX-License-Identifier: Apache-2.0
// One error a cause. A reader raises FormatError only, or UnknownVersionError for what is newer than it.

/** The bytes are not of the format (`format.invalid`). */
export class FormatError extends Error {}

/** Well-formed, but of a version or suite that nobody here can judge (`format.unknown_version`). */
export class UnknownVersionError extends FormatError {}

/** A path of hashes leads elsewhere. */
export class ProofError extends Error {}

/** No trusted key made this signature. */
export class SignatureError extends Error {}
