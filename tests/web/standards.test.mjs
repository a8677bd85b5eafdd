import assert from "node:assert/strict";
import { before, test } from "node:test";

import { verifyProof } from "../../api/web/js/protocol/dleq.js";
import { InvalidElement, InvalidProof } from "../../api/web/js/protocol/errors.js";
import { Element, Scalar } from "../../api/web/js/protocol/group.js";
import { expandMessageXmd } from "../../api/web/js/protocol/hashToGroup.js";
import { ready } from "../../api/web/js/protocol/libsodium.js";
import { blind, finalize } from "../../api/web/js/protocol/oprf.js";
import { bytes, flipped, hex, loadStandard } from "./vectors.mjs";

const VOPRF = 1;
before(ready);

test("RFC 9380: messages expand as in appendix K.3", () => {
  const { tag, cases } = loadStandard("rfc9380_expand_message_xmd_sha512");
  const dst = new TextEncoder().encode(tag);
  for (const { message, length, uniform } of cases) {
    const given = new TextEncoder().encode(message);
    assert.equal(hex(expandMessageXmd(given, dst, length)), uniform);
  }
});

test("RFC 9496: the generator's multiples", () => {
  const { encodings } = loadStandard("rfc9496_ristretto255").multiples_of_the_generator;
  for (const [number, encoding] of encodings.entries()) {
    const element = Element.baseMultiple(Scalar.fromInt(number));
    assert.equal(hex(element.encode()), encoding);
  }
});

test("RFC 9496: encodings that are refused", () => {
  const classes = loadStandard("rfc9496_ristretto255").invalid_encodings;
  const encodings = Object.values(classes).filter(Array.isArray).flat();
  assert.ok(encodings.length > 20);
  for (const encoding of encodings) {
    assert.throws(() => Element.decode(bytes(encoding)), InvalidElement);
  }
});

test("RFC 9496: uniform bytes give these elements", () => {
  const { cases } =
    loadStandard("rfc9496_ristretto255").group_elements_from_uniform_bytes;
  for (const { uniform, element } of cases) {
    assert.equal(hex(Element.fromUniform(bytes(uniform)).encode()), element);
  }
});

test("RFC 9497: blinding, proofs and outputs of the verifiable mode", () => {
  const { suites } = loadStandard("rfc9497_ristretto255_sha512");
  const suite = suites.find(({ mode }) => mode === VOPRF);
  const publicKey = Element.baseMultiple(Scalar.decode(bytes(suite.secret_key)));
  for (const given of suite.cases) {
    const inputs = given.inputs.map(bytes);
    const blinded = inputs.map((input, place) => {
      const factor = bytes(given.blinds[place]);
      return blind(input, () => Uint8Array.from([...factor, ...new Uint8Array(32)]));
    });
    const sent = blinded.map((one) => one.element);
    assert.deepEqual(
      sent.map((element) => hex(element.encode())),
      given.blinded_elements,
    );
    const answers = given.evaluation_elements.map((one) => Element.decode(bytes(one)));
    const proof = bytes(given.proof);
    verifyProof(publicKey, sent, answers, proof);
    for (const bad of [flipped(proof), flipped(proof, 40), proof.slice(1)]) {
      assert.throws(() => verifyProof(publicKey, sent, answers, bad), InvalidProof);
    }
    const outputs = inputs.map((input, place) =>
      finalize(input, blinded[place].blind, answers[place]),
    );
    assert.deepEqual(
      outputs.map((output) => hex(output.reveal())),
      given.outputs,
    );
  }
});
