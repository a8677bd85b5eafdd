/** The last screens of a page: change, trouble, technical details. */

import { t, textIn } from "../ui/catalogue.js";
import { part, show } from "../ui/screen.js";

/** @import { Screen } from "./view.js" */

/** @type {Screen} */
const change = {
  enter: ({ root, visit }) => {
    show(part(root, "[data-counting]"), !visit.witness);
  },
};

/** @type {Screen} */
const stopped = {
  enter: (view) => {
    const { trouble, again } = view.visit.outcome ?? {};
    part(view.root, "[data-why]").textContent = trouble ?? t("errors.other");
    part(view.root, "[data-again]").addEventListener("click", () => {
      view.go(again ?? view.fallback, { replace: true });
    });
  },
};

/** @type {Screen} */
const details = {
  enter: ({ root, about }) => {
    part(root, "[data-manifest]").textContent = about.manifest;
    part(root, "[data-edition]").textContent = about.edition;
    part(root, "[data-tests]").textContent = t("test_good", { count: about.tests });
    const names = about.trustees.map((/** @type {{ name: string }} */ one) => one.name);
    list(part(root, "[data-trustees]"), names);
    list(part(root, "[data-hosts]"), about.hosts);
    const weak = about.weaknesses.map(
      (/** @type {string} */ text) => textIn("weaknesses", text) ?? text,
    );
    list(part(root, "[data-weak]"), weak.length > 0 ? weak : [t("no_weakness")]);
  },
};

/**
 * @param {HTMLElement} place
 * @param {string[]} texts
 */
function list(place, texts) {
  place.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

/** @type {Record<string, Screen>} */
export const CHANGING = { change, stopped, details };
