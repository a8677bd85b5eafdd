/** How a person shows that she is one real person. */

import { t } from "../ui/catalogue.js";
import { clearSlips, Slips } from "../ui/form.js";
import { copyOf, fillSlots, part, show } from "../ui/screen.js";
import { listHelp } from "./beginning.js";
import { Trouble } from "./helper.js";
import { watch } from "./watching.js";

/** @import { Screen, View } from "./view.js" */

const SAID_FOR = 8000;
const WAITED = { QuotaExceeded: "errors.patience", NotFound: "errors.over" };
const TYPED = { ...WAITED, InvalidRegistration: "errors.mismatch" };

/** @type {Screen} */
const verify = {
  filing: true,
  enter: async (view) => {
    const { visit, root } = view;
    visit.ways = await view.call("providers");
    const [only, ...others] = visit.ways;
    if (only?.ready && others.length === 0) return chosen(view, only);
    fillSlots(root, { name: view.about.registrar });
    showLapsed(view);
    const ready = visit.ways.filter((/** @type {any} */ way) => way.ready);
    show(part(root, "[data-none]"), ready.length === 0);
    show(part(root, "[type=submit]"), ready.length > 0);
    const template = root.querySelector("template[data-way]");
    part(root, "[data-ways]").replaceChildren(
      ...ready.map((/** @type {any} */ way) => option(template, way)),
    );
    return undefined;
  },
  submit: (view, { way }) => {
    const found = view.visit.ways.find((/** @type {any} */ one) => one.name === way);
    if (!found) throw new Slips([{ field: "way", text: t("errors.choose") }]);
    return chosen(view, found);
  },
};

/**
 * Somebody whose check is too old hears why it is wanted again; her answers wait for
 * her as long as her page does.
 *
 * @param {View} view
 */
function showLapsed({ root, visit }) {
  show(part(root, "[data-lapsed]"), visit.lapsed);
  show(part(root, "[data-later]"), !visit.lapsed);
}

/**
 * @param {Element | null} template
 * @param {any} way
 */
function option(template, way) {
  const copy = copyOf(template);
  const input = /** @type {HTMLInputElement} */ (part(copy, "input"));
  input.id = `way-${way.name}`;
  input.value = way.name;
  part(copy, "label").setAttribute("for", input.id);
  show(part(copy, `[data-kind="${kindOf(way)}"]`), true);
  fillSlots(copy, { title: way.title });
  return copy;
}

/**
 * Codes are named by what they are sent to.
 *
 * @param {{ kind: string, asks: string[] }} way
 */
function kindOf({ kind, asks }) {
  const sent = ["email", "phone"].filter((field) => asks.includes(field));
  return kind === "codes" ? sent.join("+") : kind;
}

/**
 * Begin with what was chosen: with questions of its own, or at once.
 *
 * @param {View} view
 * @param {any} way
 * @returns {Promise<string>}
 */
async function chosen(view, way) {
  view.visit.way = way;
  if (way.asks.length > 0) return "identity";
  const nobody = { name: "", email: "", phone: "", country: "" };
  return begun(view, { provider: way.name, ...nobody });
}

/**
 * @param {View} view
 * @param {any} asked
 */
async function begun(view, asked) {
  const { visit } = view;
  visit.started = await view.work("startCheck", asked);
  if (visit.started.awaits.length === 0) return verified(view, []);
  return visit.started.link ? "visit" : "code";
}

/** @type {Screen} */
const identity = {
  filing: true,
  enter: (view) => {
    const { root, visit, about } = view;
    const { asks, kind } = visit.way;
    fillSlots(root, { name: about.registrar });
    showLapsed(view);
    for (const note of root.querySelectorAll("[data-demo]")) {
      show(note, kind === "demo");
    }
    show(part(root, "[data-codes]"), kind === "codes");
    for (const field of ["email", "phone"]) {
      show(part(root, `[data-asked="${field}"]`), asks.includes(field));
    }
    const country = /** @type {HTMLSelectElement} */ (part(root, "#country"));
    country.value = visit.country;
  },
  submit: (view, { name = "", email = "", phone = "", country = "" }) => {
    const { asks, kind, name: provider } = view.visit.way;
    const typed = /** @type {Record<string, string>} */ ({ name, email, phone });
    const needed = kind === "demo" ? ["name", ...(phone ? [] : ["email"])] : asks;
    const slips = needed.flatMap((/** @type {string} */ field) =>
      typed[field] ? [] : [{ field, text: t("errors.fill") }],
    );
    if (slips.length > 0) throw new Slips(slips);
    return patiently(() =>
      begun(view, { provider, name, email, phone, country }),
    );
  },
};

/** @type {Screen} */
const code = {
  filing: true,
  enter: (view) => {
    const { root, visit } = view;
    const { awaits } = visit.started;
    for (const field of root.querySelectorAll("[data-awaits]")) {
      const { awaits: name } = /** @type {HTMLElement} */ (field).dataset;
      show(field, awaits.includes(name));
    }
    const voucher = awaits.includes("voucher");
    show(part(root, "[data-voucher]"), voucher);
    for (const text of root.querySelectorAll("[data-codes]")) show(text, !voucher);
    for (const button of root.querySelectorAll("[data-again]")) {
      button.addEventListener("click", () => again(view, button));
    }
    otherWay(view);
    watch(view, "code", ({ notes }) => {
      for (const note of root.querySelectorAll("[data-note]")) {
        const { note: name = "" } = /** @type {HTMLElement} */ (note).dataset;
        show(note, notes.includes(name));
      }
    });
  },
  submit: (view, values) => {
    const { awaits } = view.visit.started;
    const answers = awaits.map((/** @type {string} */ name) => values[name] ?? "");
    const slips = awaits.flatMap((/** @type {string} */ field, /** @type {number} */ at) =>
      answers[at] ? [] : [{ field, text: t("errors.fill") }],
    );
    if (slips.length > 0) throw new Slips(slips);
    return patiently(() => verified(view, answers), TYPED);
  },
};

/**
 * @param {View} view
 * @param {Element} button
 */
function again(view, button) {
  const awaited = /** @type {HTMLElement} */ (button).dataset.again;
  const said = part(view.root, "[data-said]");
  view.attempt(async () => {
    clearSlips(view.root);
    await patiently(() => view.call("sendAgain", { awaited }));
    show(said, true);
    setTimeout(() => show(said, false), SAID_FOR);
  });
}

/** @type {Screen} */
const visit = {
  filing: true,
  enter: (view) => {
    const { root } = view;
    const link = /** @type {HTMLAnchorElement} */ (part(root, "[data-link]"));
    link.href = view.visit.started.link;
    fillSlots(root, { title: view.visit.way.title });
    otherWay(view);
    watch(view, "visit", ({ notes }) => {
      const returned = notes.includes("returned");
      const refused = notes.includes("refused");
      show(part(root, "[data-waiting]"), !returned && !refused);
      // First the link, then the form.
      link.classList.toggle("main", !returned);
      part(root, "[type=submit]").classList.toggle("main", returned);
      show(part(root, "[data-returned]"), returned);
      show(part(root, "[data-refused]"), refused);
    });
  },
  submit: (view, { number = "" }) => {
    if (!number) throw new Slips([{ field: "number", text: t("errors.fill") }]);
    return patiently(() => verified(view, [number]), TYPED);
  },
};

/** @param {View} view */
function otherWay(view) {
  part(view.root, "[data-other]").addEventListener("click", () =>
    view.attempt(async () => {
      await view.call("stopCheck");
      await view.go("verify");
    }),
  );
}

/**
 * Say what to do where the registrar asks for patience, has forgotten the check, or
 * does not find what was typed to be right.
 *
 * @template T
 * @param {() => Promise<T>} act
 * @param {Record<string, string>} texts By the kind of error.
 * @returns {Promise<T>}
 */
async function patiently(act, texts = WAITED) {
  try {
    return await act();
  } catch (error) {
    const kind = error instanceof Trouble ? error.kind : "";
    const text = texts[kind];
    throw text ? new Slips([{ field: null, text: t(text) }]) : error;
  }
}

/**
 * @param {View} view
 * @param {string[]} answers
 */
async function verified(view, answers) {
  const { day, known } = await view.work("finishCheck", { answers });
  const { visit } = view;
  // Who came in by her words has no other place to be told of.
  const told = known && !visit.lapsed;
  Object.assign(visit, { verified: true, lapsed: false, erased: day });
  return told ? "known" : "lock";
}

/** @type {Screen} */
const person = {
  filing: true,
  enter: (view) => {
    const { root, visit: seen } = view;
    const way = seen.ways.find(
      (/** @type {any} */ one) => one.kind === "voucher" && one.ready,
    );
    const button = part(root, "[data-voucher]");
    show(button, way !== undefined);
    button.addEventListener("click", () =>
      view.attempt(async () => view.go(await chosen(view, way))),
    );
    listHelp(part(root, "[data-lines]"), seen.country);
  },
};

/** @type {Screen} */
const known = { filing: true };

/** @type {Record<string, Screen>} */
export const PROVING = { verify, identity, code, visit, person, known };
