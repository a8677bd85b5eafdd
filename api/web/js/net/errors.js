/** From what servers answer to this project's errors. */

import * as known from "../protocol/errors.js";

const { AlongsideError, InputError, ProtocolError } = known;

/** Nobody answers, or not enough of them; trying again later may help. */
export class Unreachable extends AlongsideError {
  name = "Unreachable";

  /**
   * @param {string} who "api", "trustees" or "registrar".
   */
  constructor(who) {
    super(`${who} cannot be reached`);
    this.who = who;
  }
}

/** A server pauses for a while, to protect what it keeps. */
export class Busy extends AlongsideError {
  name = "Busy";

  /** @param {number} seconds How long. */
  constructor(seconds) {
    super("asked too often");
    this.details = { seconds };
  }
}

/** Fewer opening trustees than needed have a key that is good today. */
export class TooFewBoxes extends AlongsideError {
  name = "TooFewBoxes";

  constructor() {
    super("too few opening trustees can take a report today");
  }
}

/** The person asked to stop. */
export class Cancelled extends AlongsideError {
  name = "Cancelled";
}

const PROBLEM = "urn:alongside:problem:";

/** @type {ReadonlyMap<string, new (message: string, culprit: any) => Error>} */
const BY_NAME = new Map(
  Object.entries(known)
    .filter(([, value]) => value.prototype instanceof ProtocolError)
    .map(([name, value]) => [kebab(name), /** @type {any} */ (value)]),
);

/** @param {string} name */
function kebab(name) {
  return name.replace(/(?<!^)(?=[A-Z])/gu, "-").toLowerCase();
}

/**
 * The error that a peer's answer tells of.
 *
 * @param {string} body A problem detail (RFC 9457); anything else is only counted as a
 *   refusal.
 * @param {number} status
 * @param {string | number} who Who answered.
 * @returns {Error}
 */
export function problemError(body, status, who) {
  const problem = readProblem(body);
  const kind = String(problem.type ?? "").replace(PROBLEM, "");
  const text = String(problem.detail ?? `refused with status ${status}`);
  if (kind === "input-error") {
    const [field, ...reason] = text.split(": ");
    return new InputError(String(field), reason.join(": "));
  }
  const Known = BY_NAME.get(kind) ?? ProtocolError;
  return new Known(text, problem.culprit ?? who);
}

/**
 * @param {string} body
 * @returns {Record<string, any>}
 */
function readProblem(body) {
  try {
    const found = JSON.parse(body);
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}
