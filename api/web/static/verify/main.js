// SPDX-License-Identifier: Apache-2.0
// The served page: the verifier and the trust file are fetched once, when somebody turns to the form.

import { start } from "./page.js";

start({
  engine: () => import("./engine.js"),
  async trust() {
    const answer = await fetch("/trust.json", { cache: "no-store", credentials: "omit" });
    if (!answer.ok) throw new Error("no trust file");
    return new Uint8Array(await answer.arrayBuffer());
  },
  async now({ entry, digest }) {
    const asked = { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(5000) };
    const answer = await fetch(`/verify/now?entry=${entry}&digest=${digest}`, asked);
    if (!answer.ok) throw new Error("no answer");
    return answer.json();
  },
  async legal({ entry, digest }) {
    // With the cookie of the page's language: the words come from the ledger.
    const asked = { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(5000) };
    const answer = await fetch(`/verify/legal?entry=${entry}&digest=${digest}`, asked);
    if (!answer.ok) throw new Error("no answer");
    return (await answer.json()).facts;
  },
});
