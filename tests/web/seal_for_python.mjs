// Seals what the Python tests open: asked on standard input, answered as JSON.

import { readFileSync } from "node:fs";

import {
  currentBoxKeys,
  sealVersion,
} from "../../api/web/js/protocol/client/filing.js";
import { registration, savedReport } from "../../api/web/js/protocol/client/vault.js";
import { ready } from "../../api/web/js/protocol/libsodium.js";
import { openManifest } from "../../api/web/js/protocol/manifest.js";
import {
  boxKeys,
  signedManifest,
} from "../../api/web/js/protocol/messages/deployment.js";
import { reportSubmission, token } from "../../api/web/js/protocol/messages/filing.js";
import { sealTo } from "../../api/web/js/protocol/sealing.js";
import { bytes, hex, read, text } from "./vectors.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
await ready();
const deployment = await openManifest(read(asked.manifest, signedManifest));
const sealing = {
  registration: read(asked.registration, registration),
  report: read(asked.report, savedReport),
  boxKeys: await currentBoxKeys(deployment, read(asked.box_keys, boxKeys), asked.day),
  token: read(asked.token, token),
};
const { report, submission } = await sealVersion(deployment, sealing);
const context = asked.context.map(bytes);
const sealed = await sealTo(
  bytes(asked.sealing_key),
  bytes(asked.plaintext),
  asked.label,
  ...context,
);
const answer = {
  report: text(report, savedReport),
  submission: text(submission, reportSubmission),
  sealed: hex(sealed),
};
process.stdout.write(JSON.stringify(answer));
