// SPDX-License-Identifier: Apache-2.0
// What a page needs of the verifier, as one module to load.

export { sha256 } from "./hashing.js";
export { askedOf, factsOf, nowOf, reliedOf } from "./saying.js";
export { readTrust } from "./trust.js";
export { verify } from "./verdict.js";
