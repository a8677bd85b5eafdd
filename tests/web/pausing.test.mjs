/** A client that asked too often says until when, not that nobody is there. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";

import { evaluate } from "../../api/web/js/worker/place.js";

const REQUEST = { payload: new Uint8Array(8), signature: new Uint8Array(64) };

/**
 * Trustees on this machine that all answer so.
 *
 * @param {number} status
 */
async function trustees(status) {
  const asked = [];
  const server = createServer((request, answer) => {
    asked.push(request.url);
    answer.writeHead(status, { "retry-after": "75" }).end("{}");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, asked, url: `http://127.0.0.1:${server.address().port}` };
}

/** @param {string[]} urls Of the index trustees; two are needed. */
function placeOf(urls) {
  return {
    deployment: {
      indexKeys: { trusteeThreshold: 2 },
      roster: { index: { trustees: urls } },
      trustee: (_role, index) => ({ url: urls[index - 1] }),
    },
    report: () => {},
    signal: new AbortController().signal,
  };
}

test("trustees that pause are not taken for trustees that are away", async () => {
  const { server, asked, url } = await trustees(429);
  const away = "http://127.0.0.1:9";
  try {
    for (const urls of [[url, url, url], [url, url, away], [away, away, url]]) {
      const began = asked.length;
      await assert.rejects(evaluate(placeOf(urls), { request: REQUEST }), {
        name: "Busy",
        details: { seconds: 75 },
      });
      // Nobody is asked again and again meanwhile.
      assert.equal(asked.length - began, urls.filter((one) => one === url).length);
    }
  } finally {
    server.close();
  }
});
