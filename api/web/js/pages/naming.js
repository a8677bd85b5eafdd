/** Who it is: one thing at a time, each with what will be compared. */

import { t } from "../ui/catalogue.js";
import { fillForm, Slips } from "../ui/form.js";
import { copyOf, part, show } from "../ui/screen.js";
import { typed } from "./showing.js";

/** @import { Identifier } from "../protocol/identifiers/identifier.js" */
/** @import { Screen, View } from "./view.js" */

const KINDS = [
  "name",
  "phone",
  "email",
  "social",
  "employer",
  "job_title",
  "city",
  "nickname",
  "website",
  "plate",
];
const PLACED = new Set(["phone", "city", "plate"]);

/** @type {Screen} */
const who = {
  filing: true,
  enter: (view) => {
    const { root, visit } = view;
    const adding = visit.aim === "add";
    show(part(root, "[data-new]"), !adding);
    show(part(root, "[data-more]"), adding);
    show(part(root, "[data-witness]"), visit.witness);
    for (const button of root.querySelectorAll("[data-clue]")) {
      const kind = /** @type {HTMLElement} */ (button).dataset.clue ?? "";
      button.addEventListener("click", () => view.go(`clue-${kind}`));
    }
    listClues(view);
  },
  submit: async (view) => {
    const { visit } = view;
    if (visit.clues.length === 0) {
      throw new Slips([{ field: "clues", text: t("errors.clue") }]);
    }
    if (visit.aim === "add") {
      return visit.sealing;
    }
    const { identifiers, country } = visit;
    await view.call("weigh", { identifiers, country });
    if (visit.witness) {
      // She counts for nobody, and has no number of her own.
      visit.size = view.about.sizes[0];
      return "reach";
    }
    return "kind";
  },
  fields: { identifiers: "clues" },
};

/** @param {View} view */
function listClues(view) {
  const { root, visit } = view;
  const list = part(root, "[data-clues]");
  const template = root.querySelector("[data-row]");
  show(part(root, "[data-nothing]"), visit.clues.length === 0);
  list.replaceChildren(
    ...visit.clues.map((clue) => {
      const row = copyOf(template);
      part(row, "[data-kind]").textContent = t(`kinds.${clue.identifier.kind}`);
      part(row, "[data-value]").textContent = typed(clue.identifier);
      const remove = part(row, "[data-remove]");
      remove.setAttribute(
        "aria-label",
        `${remove.textContent} ${typed(clue.identifier)}`,
      );
      remove.addEventListener("click", () => {
        visit.clues = visit.clues.filter((one) => one !== clue);
        listClues(view);
        part(root, "h2").focus();
      });
      return row;
    }),
  );
  const last = visit.clues.at(-1);
  const compare = part(root, "[data-compare]");
  show(compare, last !== undefined);
  compare.textContent = last ? t("compare", { value: last.shown }) : "";
}

/**
 * The screen of one kind of thing.
 *
 * @param {string} kind
 * @returns {Screen}
 */
function clueScreen(kind) {
  const field = kind === "name" ? "given" : "value";
  return {
    filing: true,
    enter: ({ root, visit }) => fillForm(root, { country: visit.country, label: "" }),
    submit: async (view, values) => {
      const identifier = identifierOf(kind, values);
      const { visit } = view;
      const country = visit.country;
      const shown = await view.call("explain", { identifier, country });
      const same = visit.clues.some(
        (one) => one.identifier.kind === kind && one.shown === shown,
      );
      if (same) {
        throw new Slips([{ field, text: t("errors.same") }]);
      }
      visit.clues.push({ identifier, shown });
      return "who";
    },
    fields: { [kind]: field },
  };
}

/**
 * What was typed, as an identifier.
 *
 * @param {string} kind
 * @param {Record<string, any>} values
 * @returns {Identifier}
 */
function identifierOf(kind, values) {
  const { value, given, family, country, label, platform, size, former } = values;
  const wanted = {
    value,
    given,
    family,
    country: PLACED.has(kind) ? country : "",
    label,
    platform,
    size,
  };
  const filled = Object.entries(wanted).filter(([, text]) => text);
  return { kind, ...Object.fromEntries(filled), ...(former && { former: true }) };
}

/** @type {Record<string, Screen>} */
export const NAMING = {
  who,
  ...Object.fromEntries(KINDS.map((kind) => [`clue-${kind}`, clueScreen(kind)])),
};
