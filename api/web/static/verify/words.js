// SPDX-License-Identifier: Apache-2.0

/** A text with its `{name}` filled. */
export function say(text, places) {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => String(places[name] ?? whole));
}
