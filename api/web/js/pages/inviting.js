/** Once a group met: invite a witness, be asked as one, say that something is wrong. */

import { shownDay } from "../ui/catalogue.js";
import { fillSlots, part, show } from "../ui/screen.js";
import { shownCard, showHeard } from "./showing.js";

/** @import { Screen, View } from "./view.js" */

/** @type {Screen} */
const invite = {
  enter: (view) => {
    for (const button of view.root.querySelectorAll("[data-invite]")) {
      const { invite: given } = /** @type {HTMLElement} */ (button).dataset;
      button.addEventListener("click", () =>
        view.attempt(() => tell(view, "invite", "invite", given)),
      );
    }
  },
};

/** @type {Screen} */
const invited = {
  enter: (view) => {
    const { root, visit } = view;
    part(root, "[data-card]").textContent = shownCard(visit.entry.card);
    for (const button of root.querySelectorAll("[data-come]")) {
      const { come: given } = /** @type {HTMLElement} */ (button).dataset;
      button.addEventListener("click", () =>
        view.attempt(() => tell(view, "answer", "come", given)),
      );
    }
  },
};

/**
 * @param {View} view
 * @param {string} method
 * @param {string} what
 * @param {string} [given]
 */
async function tell(view, method, what, given) {
  const heard = await view.work(method, { label: view.visit.label, given });
  view.visit.outcome = { told: given === "yes" ? what : "nothing", ...heard };
  await view.go("told");
}

/** @type {Screen} */
const told = {
  enter: ({ root, visit }) => {
    for (const text of root.querySelectorAll("[data-told]")) {
      const { told: of } = /** @type {HTMLElement} */ (text).dataset;
      show(text, of === visit.outcome?.told);
    }
    showHeard(root, visit.outcome);
  },
};

/** @type {Screen} */
const alarm = {
  enter: (view) => {
    part(view.root, "[data-raise]").addEventListener("click", () => {
      view.attempt(async () => {
        view.visit.outcome = await view.work("alarm", { label: view.visit.label });
        await view.go("alarmed");
      });
    });
  },
};

/** @type {Screen} */
const alarmed = {
  enter: ({ root, visit }) => {
    const { heard = 0, all = 0, until = 0 } = visit.outcome ?? {};
    fillSlots(root, { heard, all });
    show(part(root, "[data-some]"), heard < all);
    part(root, "[data-until]").textContent = until ? shownDay(until) : "–";
  },
};

/** @type {Record<string, Screen>} */
export const INVITING = { invite, invited, told, alarm, alarmed };
