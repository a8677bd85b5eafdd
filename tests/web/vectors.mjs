// The vectors that the Python tests read too, and what the tests do with them.

import { readFileSync } from "node:fs";

import { decode, encode } from "../../api/web/js/protocol/messages/codec.js";

/** A file of vectors. */
export function load(name) {
  const place = new URL(`../vectors_json/protocol/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(place, "utf8"));
}

/** A standard's vectors, as the Python tests keep them. */
export function loadStandard(name) {
  const place = new URL(`../blind_index/standards/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(place, "utf8"));
}

export function bytes(hex) {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

export function hex(value) {
  return Buffer.from(value).toString("hex");
}

/** A message as it travels. */
export function text(value, kind) {
  return new TextDecoder().decode(encode(value, kind));
}

/** A message that arrived. */
export function read(encoded, kind) {
  return decode(new TextEncoder().encode(encoded), kind);
}

/** The recorded draws again; `left()` says how many were not asked for. */
export function replay(draws) {
  const rest = draws.map(bytes);
  const draw = (size) => {
    const next = rest.shift();
    if (next?.length !== size) {
      throw new Error(`a draw of ${size} bytes was not recorded here`);
    }
    return next;
  };
  draw.left = () => rest.length;
  return draw;
}

/** A copy with one bit changed. */
export function flipped(value, place = 0) {
  const copy = Uint8Array.from(value);
  copy[place] ^= 1;
  return copy;
}
