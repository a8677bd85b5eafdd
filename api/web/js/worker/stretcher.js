/**
 * The second worker: Argon2id and nothing else, one secret at a time.
 *
 * A small WebAssembly of its own; the self-test holds it against libsodium's answer.
 */

import { argon2id } from "hash-wasm";

self.onmessage = async ({ data: { secret, salt, parameters, length } }) => {
  const stretched = await argon2id({
    password: secret,
    salt,
    memorySize: parameters.memoryKib,
    iterations: parameters.passes,
    parallelism: 1,
    hashLength: length,
    outputType: "binary",
  });
  self.postMessage(stretched);
};
