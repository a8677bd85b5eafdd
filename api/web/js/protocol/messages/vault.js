/** The vault: one fixed-size ciphertext only the words can open (§V). */

import { blob, digestBytes, counterNumber, message, publicKeyBytes } from "./kinds.js";

/** @import { ValueOf } from "./kinds.js" */

/**
 * Replace the vault's ciphertext; signed by the vault key (§V3).
 *
 * `counter` rises with every write, so that an old write cannot be replayed.
 */
export const vaultWrite = message("vault-write/1", {
  vaultId: digestBytes,
  key: publicKeyBytes,
  counter: counterNumber,
  ciphertext: blob,
});

/** A vault as stored. */
export const vault = message("vault/1", {
  vaultId: digestBytes,
  counter: counterNumber,
  ciphertext: blob,
});
/** @typedef {ValueOf<typeof vault>} Vault */
