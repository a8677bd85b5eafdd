// An API on this machine that keeps one vault, and answers the rest as it is told.

import { createServer } from "node:http";

import { decode, encode } from "../../api/web/js/protocol/messages/codec.js";
import {
  answerReceipts,
  reportStatus,
} from "../../api/web/js/protocol/messages/cases.js";
import { signed } from "../../api/web/js/protocol/messages/kinds.js";
import {
  vault as vaultKind,
  vaultWrite,
} from "../../api/web/js/protocol/messages/vault.js";
import { peek } from "../../api/web/js/protocol/signing.js";

const CONSENTS = "cases/consents";
const PROBLEM = "urn:alongside:problem:";

/** What an API says of a report to whose holder it has nothing to show. */
export function told(erasures) {
  return { receipts: [], erasures, cases: [], padding: "" };
}

/**
 * A running API; `answers` may be exchanged at any time, `asked` counts by path.
 *
 * @param {Record<string, () => string | object>} answers By path: the name of a
 *   problem, or a report's status; of an answer, its receipts.
 */
export async function crookedApi(answers) {
  const api = { answers, asked: new Map(), vault: null, url: "", close: () => {} };
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const [status, body] = answer(api, request, Buffer.concat(parts));
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  api.url = `http://127.0.0.1:${server.address().port}`;
  api.close = () => server.close();
  return api;
}

function answer(api, { url, method }, body) {
  const path = url.replace("/v1/", "");
  api.asked.set(path, (api.asked.get(path) ?? 0) + 1);
  if (path.startsWith("vaults")) {
    return method === "PUT" ? write(api, body) : fetched(api);
  }
  const found = api.answers[path]?.() ?? "not-found";
  return typeof found === "string"
    ? problem(found)
    : [200, Buffer.from(encode(found, path === CONSENTS ? answerReceipts : reportStatus))];
}

function write(api, body) {
  const { vaultId, key, counter, ciphertext } = peek(
    decode(new Uint8Array(body), signed),
    vaultWrite,
  );
  if (counter !== (api.vault?.counter ?? 0) + 1) return problem("conflicting-report");
  api.vault = { vaultId, key, counter, ciphertext };
  return [204, ""];
}

function fetched({ vault }) {
  return vault
    ? [200, Buffer.from(encode(vault, vaultKind))]
    : problem("not-found");
}

function problem(name) {
  const status = { "not-found": 404, "conflicting-report": 409 }[name] ?? 500;
  const told = { type: PROBLEM + name, title: "t", status, detail: name };
  return [status, JSON.stringify(told)];
}
