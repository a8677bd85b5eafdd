/** Take an entry back, or a yes; and what became of it. */

import { shownDay } from "../ui/catalogue.js";
import { fillSlots, part, show } from "../ui/screen.js";

/** @import { Screen, View } from "./view.js" */

/**
 * Take the entry back that was taken up, and show how far that came.
 *
 * @param {View} view
 */
export async function takeBack(view) {
  const { visit } = view;
  visit.outcome = await view.work("takeBack", { label: visit.label });
  await view.go("receipt");
}

/** @type {Screen} */
const takeback = {
  enter: (view) => {
    part(view.root, "[data-erase]").addEventListener("click", () =>
      view.attempt(() => takeBack(view)),
    );
  },
};

/** @type {Screen} */
const receipt = {
  enter: (view) => {
    const { root, visit } = view;
    const { state, number = "", day = 0, erased = 0, all = 0 } = visit.outcome ?? {};
    for (const told of root.querySelectorAll("[data-of]")) {
      show(told, /** @type {HTMLElement} */ (told).dataset.of === state);
    }
    for (const proof of root.querySelectorAll("[data-done]")) {
      show(proof, state !== "leaving");
    }
    show(part(root, "[data-rest]"), state === "withdrawn" && erased < all);
    part(root, "[data-number]").textContent = number;
    part(root, "[data-date]").textContent = shownDay(day);
    fillSlots(root, { erased, all });
    part(root, "[data-print]").addEventListener("click", () => print());
    const again = part(root, "[data-again]");
    show(again, state === "leaving");
    again.addEventListener("click", () => view.attempt(() => takeBack(view)));
  },
};

/** @type {Screen} */
const retract = {
  enter: (view) => {
    part(view.root, "[data-retract]").addEventListener("click", () =>
      view.attempt(async () => {
        const heard = await view.work("retract", { label: view.visit.label });
        view.visit.outcome = { answer: "retracted", ...heard };
        await view.go("answered");
      }),
    );
  },
};

/** @type {Record<string, Screen>} */
export const LEAVING = { takeback, receipt, retract };
