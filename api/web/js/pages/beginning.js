/** Before the first question: a safe device, a tested program, age and country. */

import { HELP, LANGUAGE, t } from "../ui/catalogue.js";
import { fillForm, Slips } from "../ui/form.js";
import { demoNotice } from "../ui/notice.js";
import { copyOf, part } from "../ui/screen.js";
import { Trouble } from "./helper.js";

/** @import { Screen, View } from "./view.js" */

const YOUNG = "young";
const EXPECTED = new Set(["Unreachable", "Ended"]);

/**
 * Load and test the program, unless that was done.
 *
 * @param {View} view
 */
export async function prepare(view) {
  if (view.about !== null) return;
  const about = await started(view);
  if (about.edition !== EDITION) {
    throw new Trouble({ name: "Altered" });
  }
  view.about = about;
  if (about.demo) demoNotice();
}

/**
 * @param {View} view
 * @returns {Promise<any>}
 */
async function started(view) {
  try {
    return await view.work("prepare", { server: location.origin }, "ready");
  } catch (error) {
    // Whatever a browser calls it: without its building blocks nothing goes on.
    // A peer's fault names its culprit, if only as unknown.
    const theirs = error instanceof Trouble && error.told.culprit !== undefined;
    const known = theirs || (error instanceof Trouble && EXPECTED.has(error.kind));
    throw known ? error : new Trouble({ name: "Unsafe" });
  }
}

/**
 * Help lines of the chosen country.
 *
 * @param {HTMLElement} list
 * @param {string} country
 * @param {string} [kind] Only of this kind.
 */
export function listHelp(list, country, kind) {
  const lines = (HELP[country] ?? []).filter(
    (/** @type {{ kind: string }} */ line) => !kind || line.kind === kind,
  );
  list.replaceChildren(...lines.map(lineOf));
  if (lines.length === 0) {
    const none = document.createElement("li");
    none.textContent = t("no_help");
    list.append(none);
  }
}

/**
 * Lines for young people, by country: hers is not known yet.
 *
 * @param {ParentNode} root
 */
function listLands(root) {
  const names = new Intl.DisplayNames([LANGUAGE], { type: "region" });
  const lands = Object.keys(HELP)
    .filter((code) => HELP[code].some((/** @type {any} */ line) => line.kind === YOUNG))
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, LANGUAGE));
  const shown = lands.map(({ code, name }) => {
    const land = copyOf(root.querySelector("template[data-land]"));
    part(land, "[data-name]").textContent = name;
    listHelp(part(land, "[data-lines]"), code, YOUNG);
    return land;
  });
  part(root, "[data-lands]").replaceChildren(...shown);
}

/** @param {{ name: string, kind: string, phone?: string }} line */
function lineOf({ name, kind, phone }) {
  const item = document.createElement("li");
  const strong = document.createElement("strong");
  const own = document.createElement("bdi");
  own.textContent = name;
  strong.append(own);
  item.append(strong, ` ${t(`help.${kind}`)} `);
  if (phone) {
    const call = document.createElement("a");
    call.href = `tel:${phone.replaceAll(" ", "")}`;
    call.dir = "ltr";
    call.textContent = phone;
    item.append(call);
  }
  return item;
}

/** @type {Record<string, Screen>} */
export const BEGINNING = {
  safety: { filing: true },
  safer: { filing: true },
  age: {
    filing: true,
    submit: (_, { age }) => {
      if (!age) throw new Slips([{ field: "age", text: t("errors.choose") }]);
      return age === "young" ? "young" : "country";
    },
  },
  young: {
    filing: true,
    enter: ({ root }) => listLands(root),
  },
  country: {
    filing: true,
    enter: ({ root, visit }) => fillForm(root, { country: visit.country }),
    submit: (view, { country }) => {
      if (!country) throw new Slips([{ field: "country", text: t("errors.choose") }]);
      view.visit.country = country;
      return "ready";
    },
  },
  ready: {
    filing: true,
    enter: async (view) => {
      await prepare(view);
      return "who";
    },
  },
};
