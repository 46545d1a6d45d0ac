// SPDX-License-Identifier: Apache-2.0
// The saved page: the verifier and the trust file are inside it.

import { encode } from "./octets.js";
import * as engine from "./engine.js";
import { start } from "./page.js";

start({
  engine: async () => engine,
  trust: async () => encode(JSON.parse(document.querySelector("#trust").textContent)),
  now: async () => ({ state: "saved" }),
  legal: async () => [],
});
