// SPDX-License-Identifier: Apache-2.0
// The throw-away local chain: fixed chain id, price 0 accepted, one block a transaction. No logic here.
import { defineConfig } from "hardhat/config";

export default defineConfig({
  networks: {
    node: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: 31337,
      hardfork: "prague",
      initialBaseFeePerGas: 0,
    },
  },
});
