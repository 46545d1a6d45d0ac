// SPDX-License-Identifier: Apache-2.0
// Bytes, and the three ways in which formats write them: UTF-8, lower-case hex, canonical base64.

import { FormatError } from "./errors.js";

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const CHUNK = 0x8000;

/** The parts one after the other. */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two byte strings are the same. */
export function same(one, other) {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/** UTF-8 of a text. */
export function encode(text) {
  return new TextEncoder().encode(text);
}

/** Text of UTF-8; a byte order mark stays a character. FormatError for other bytes. */
export function decode(octets) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new FormatError("not UTF-8");
  }
}

/** Lower-case hex. */
export function toHex(octets) {
  let text = "";
  for (const value of octets) text += HEX[value];
  return text;
}

/** Bytes of lower-case hex that the caller has looked at. */
export function fromHex(text) {
  const octets = new Uint8Array(text.length / 2);
  for (let at = 0; at < octets.length; at += 1) octets[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return octets;
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += CHUNK) {
    text += String.fromCharCode(...octets.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** Inverse of `toBase64`; FormatError for any other spelling, stray final bits included. */
export function fromBase64(text) {
  if (!BASE64.test(text)) throw new FormatError("not base64");
  const binary = atob(text);
  const octets = new Uint8Array(binary.length);
  for (let at = 0; at < octets.length; at += 1) octets[at] = binary.charCodeAt(at);
  if (toBase64(octets) !== text) throw new FormatError("base64 is not in its canonical spelling");
  return octets;
}

/** Length in characters (code points), which is what limits of texts count. */
export function characters(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Big-endian bytes of a whole number (a BigInt, or a Number that is exact). */
export function uint(number, length) {
  return fromHex(BigInt(number).toString(16).padStart(2 * length, "0"));
}
