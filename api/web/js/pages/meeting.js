/** Something has changed: be asked, answer, and meet those who also said yes. */

import { copyOf, fillSlots, part, show } from "../ui/screen.js";
import { shownCard, shownChannel, shownClues } from "./showing.js";

/** @import { Screen, View } from "./view.js" */

/** @type {Screen} */
const changed = {
  enter: (view) => {
    const { root, visit } = view;
    part(root, "[data-who]").textContent = shownClues(visit.entry.identifiers);
    part(root, "[data-card]").textContent = shownCard(visit.entry.card);
    for (const button of root.querySelectorAll("[data-answer]")) {
      const { answer } = /** @type {HTMLElement} */ (button).dataset;
      button.addEventListener("click", () => view.attempt(() => give(view, answer)));
    }
  },
};

/**
 * @param {View} view
 * @param {string} [given]
 */
async function give(view, given) {
  await view.work("answer", { label: view.visit.label, given });
  view.visit.outcome = { answer: given };
  await view.go("answered");
}

/** @type {Screen} */
const answered = {
  enter: ({ root, visit }) => {
    for (const text of root.querySelectorAll("[data-answer]")) {
      const { answer } = /** @type {HTMLElement} */ (text).dataset;
      show(text, answer === visit.outcome?.answer);
    }
  },
};

/** @type {Screen} */
const connect = {
  enter: async (view) => {
    const { contacts } = await view.work("meet", { label: view.visit.label });
    const { root } = view;
    const count = ["none", "one"][contacts.length] ?? "many";
    show(part(root, `[data-count="${count}"]`), true);
    fillSlots(root, { count: contacts.length });
    const cards = contacts.map((/** @type {any} */ one) => cardOf(root, one));
    part(root, "[data-cards]").replaceChildren(...cards);
    part(root, "[data-print]").addEventListener("click", () => print());
  },
};

/**
 * @param {ParentNode} root
 * @param {{ card: Record<string, string>, witness: boolean }} contact
 */
function cardOf(root, { card, witness }) {
  const copy = copyOf(root.querySelector("template[data-card]"));
  show(part(copy, "[data-witness]"), witness);
  part(copy, "[data-name]").textContent = card.name || "–";
  /** @type {Record<string, string | undefined>} */
  const rows = { ...card, channel: card.channel && shownChannel(card.channel) };
  for (const row of copy.querySelectorAll("[data-row]")) {
    const text = rows[/** @type {HTMLElement} */ (row).dataset.row ?? ""] ?? "";
    show(row, text !== "");
    part(row, "bdi").textContent = text;
  }
  return copy;
}

/** @type {Record<string, Screen>} */
export const MEETING = { changed, answered, connect };
