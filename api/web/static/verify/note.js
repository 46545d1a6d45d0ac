// SPDX-License-Identifier: Apache-2.0
// Signed notes (c2sp.org/signed-note), checkpoints (tlog-checkpoint) and proofs (tlog-proof@v1).

import { FormatError, SignatureError } from "./errors.js";
import { ed25519Verifies, sha256 } from "./hashing.js";
import { MAX_SIZE } from "./merkle.js";
import { decode, encode, fromBase64, join, same, toBase64, toHex } from "./octets.js";

const MAX_NOTE_BYTES = 128 * 1024;
const MAX_SIGNATURES = 64;
const MAX_HASHES = 63;
const MAX_EXTRA_BYTES = 64 * 1024;
const MAX_PROOF_BYTES = MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES;
const MAX_CHECKPOINT = 1024;
const HEADER = "c2sp.org/tlog-proof@v1";
const ED25519 = Uint8Array.of(1);
const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
// Every Unicode space, plus and controls may not stand in a name (spelt out: engines differ about `\s`).
const NAME =
  /^[^+\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{1,255}$/u;
const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;

/** `name` if it may name a key in a note; else FormatError. */
export function requireName(name) {
  if (!NAME.test(name)) throw new FormatError("a key name holds no space, plus or control");
  return name;
}

function readSignature(line) {
  if (!line.startsWith("\u2014 ")) throw new FormatError("a signature line starts with an em dash and a space");
  const at = line.indexOf(" ", 2);
  const name = requireName(at < 0 ? line.slice(2) : line.slice(2, at));
  const content = fromBase64(at < 0 ? "" : line.slice(at + 1));
  if (content.length < 5) throw new FormatError("a signature line holds a key id and a signature");
  return { name, keyId: content.slice(0, 4), signature: content.slice(4) };
}

/** Text and signatures of a note; nothing here says that they are valid. FormatError. */
export function readNote(octets) {
  if (octets.length > MAX_NOTE_BYTES) throw new FormatError("a note of too many bytes");
  const note = decode(octets);
  const at = note.lastIndexOf("\n\n");
  const tail = note.slice(at + 2);
  if (at < 0 || !tail.endsWith("\n")) throw new FormatError("a note is text, a blank line and signature lines");
  const lines = tail.slice(0, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new FormatError("a note of too many signatures");
  const text = note.slice(0, at + 1);
  if (CONTROL.test(text)) throw new FormatError("a note holds a control character");
  return { text, signatures: lines.map(readSignature) };
}

/** Verifies notes against one trusted Ed25519 key and its key name. */
export class NoteVerifier {
  constructor(name, key, keyId) {
    Object.assign(this, { name, key, keyId });
  }

  /** Read `<name>+<key id, 8 hex>+<base64 of 0x01 ‖ key>`; the key id must be the key's own (FormatError). */
  static async of(vkey) {
    const [name, , ...rest] = vkey.split("+");
    const content = fromBase64(rest.join("+"));
    if (content[0] !== 1) throw new FormatError("a verifier key is not of the Ed25519 type");
    requireName(name);
    if (content.length !== 33) throw new FormatError("an Ed25519 key has 32 bytes");
    const verifier = await NoteVerifier.ofKey(name, content.slice(1));
    if (`${name}+${toHex(verifier.keyId)}+${toBase64(content)}` !== vkey) {
      throw new FormatError("a verifier key carries the id of another key");
    }
    return verifier;
  }

  /** The verifier of a key (32 bytes) of that name; its id is the first 4 bytes of a SHA-256 over both. */
  static async ofKey(name, key) {
    const keyId = (await sha256(join(encode(`${name}\n`), ED25519, key))).slice(0, 4);
    return new NoteVerifier(name, key, keyId);
  }

  /** SignatureError unless this key signed; a line of its name that does not verify condemns the note. */
  async verify(note) {
    const known = note.signatures.filter((one) => one.name === this.name && same(one.keyId, this.keyId));
    if (!known.length) throw new SignatureError("no signature by this key");
    const text = encode(note.text);
    for (const one of known) {
      if (!(await ed25519Verifies(this.key, one.signature, text))) {
        throw new SignatureError("the signature is not of this text");
      }
    }
  }
}

/** An ASCII decimal below 2**63 without sign or leading zero, as BigInt; else FormatError. */
function readDecimal(digits) {
  if (!DECIMAL.test(digits) || BigInt(digits) > MAX_SIZE) throw new FormatError("a number below 2**63");
  return BigInt(digits);
}

/** `{origin, size, root}` of a checkpoint's three lines; no extension lines. FormatError. */
export function readCheckpoint(text) {
  const lines = text.split("\n");
  if (text.length > MAX_CHECKPOINT || lines.length !== 4 || lines[3] !== "") {
    throw new FormatError("a checkpoint is origin, size and root, each line ended by newline");
  }
  const [origin, digits, encoded] = lines;
  requireName(origin);
  const size = readDecimal(digits);
  const root = fromBase64(encoded);
  if (root.length !== 32) throw new FormatError("a root has 32 bytes");
  if (size === 0n && toHex(root) !== EMPTY_ROOT) throw new FormatError("the empty tree has one root only");
  return { origin, size, root };
}

/** The checkpoint in a note, once key and origin are those we trust. FormatError, SignatureError. */
export async function openCheckpoint(octets, verifier, origin) {
  const note = readNote(octets);
  await verifier.verify(note);
  const checkpoint = readCheckpoint(note.text);
  if (checkpoint.origin !== origin) throw new SignatureError("the checkpoint is of another log");
  return checkpoint;
}

/** `{index, hashes, checkpoint (the note's bytes), extra}` of a proof; the note must hold a checkpoint. */
export function readProof(octets) {
  if (octets.length > MAX_PROOF_BYTES) throw new FormatError("a proof of too many bytes");
  const text = decode(octets);
  const blank = text.indexOf("\n\n");
  const head = text.slice(0, blank);
  if (blank < 0 || !/^[\u0000-\u007f]*$/.test(head)) throw new FormatError("a proof is ASCII lines and a note");
  const [header, ...lines] = head.split("\n");
  if (header !== HEADER) throw new FormatError("a proof of another version");
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift().slice(6)) : null;
  if (extra !== null && (extra.length === 0 || extra.length > MAX_EXTRA_BYTES)) {
    throw new FormatError("extra content of no fitting length");
  }
  if (!lines[0]?.startsWith("index ")) throw new FormatError("a proof names the index of its leaf");
  const index = readDecimal(lines.shift().slice(6));
  const hashes = lines.map(fromBase64);
  if (index === MAX_SIZE || hashes.length > MAX_HASHES || hashes.some((one) => one.length !== 32)) {
    throw new FormatError("a path of no fitting length");
  }
  const checkpoint = encode(text.slice(blank + 2));
  readCheckpoint(readNote(checkpoint).text);
  return { index, hashes, checkpoint, extra };
}
