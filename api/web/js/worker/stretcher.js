/** The second worker: Argon2id, one output at a time. */

import { ready } from "../protocol/libsodium.js";
import { SecretBytes } from "../protocol/secret.js";
import { stretch } from "../protocol/stretch.js";

const loaded = ready();

self.onmessage = async ({ data: { output, deploymentId, parameters } }) => {
  await loaded;
  const stretched = stretch(new SecretBytes(output), deploymentId, parameters);
  self.postMessage(stretched.reveal());
};
