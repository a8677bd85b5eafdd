/**
 * The second worker: Argon2id and nothing else, one secret at a time.
 *
 * The self-test holds its answer against the first worker's.
 */

import { argon2id, ready } from "../protocol/libsodium.js";

self.onmessage = async ({ data: { secret, salt, parameters, length } }) => {
  await ready();
  self.postMessage(argon2id(secret, salt, parameters, length));
};
