// SPDX-License-Identifier: Apache-2.0
// A solc look-alike over the npm package's WebAssembly: what py-solc-x asks of the program and no more.
// usage: node solc.js SOLJSON (--version | --standard-json)
import { createRequire } from "node:module";
import { readFileSync, writeSync } from "node:fs";

const [soljson, ...flags] = process.argv.slice(2);
const module = createRequire(import.meta.url)(soljson);

function say(text) {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // the pipe is full, its reader is slow
    }
  }
}

if (flags.includes("--version")) {
  const version = module.cwrap("solidity_version", "string", [])();
  say(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (flags.includes("--standard-json")) {
  const compile = module.cwrap("solidity_compile", "string", ["string", "number", "number"]);
  say(compile(readFileSync(0, "utf8"), 0, 0));
} else {
  process.stderr.write("only --version and --standard-json\n");
  process.exitCode = 2;
}
