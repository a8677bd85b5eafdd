// The deployment of the vectors, opened once.

import { ready } from "../../api/web/js/protocol/libsodium.js";
import { openManifest } from "../../api/web/js/protocol/manifest.js";
import { signedManifest } from "../../api/web/js/protocol/messages/deployment.js";
import { load, read } from "./vectors.mjs";

export const manifestVectors = load("manifest");

await ready();
export const deployment = await openManifest(
  read(manifestVectors.signed, signedManifest),
);
