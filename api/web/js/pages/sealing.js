/** From the check of all answers to the locked entry. */

import { shownDay, shownMonth, shownYears, t } from "../ui/catalogue.js";
import { copyForAMinute } from "../ui/clipboard.js";
import { Slips } from "../ui/form.js";
import { fillSlots, part, show } from "../ui/screen.js";
import { listHelp } from "./beginning.js";
import { Trouble } from "./helper.js";
import { shownCard, shownClues, shownNote } from "./showing.js";

/** @import { Screen, View } from "./view.js" */

const AGREED = 2;
const ASKED = [2, 5];

/** @type {Screen} */
const check = {
  filing: true,
  enter: ({ root, visit, about }) => {
    part(root, "[data-who]").textContent = shownClues(visit.identifiers);
    part(root, "[data-group]").textContent = visit.witness
      ? ""
      : t("size", { size: visit.size });
    show(part(root, "[data-witness]"), visit.witness);
    show(part(root, "[data-counting]"), !visit.witness);
    part(root, "[data-reach]").textContent = shownCard(visit.card);
    part(root, "[data-note]").textContent = shownNote(visit.note);
    const end = about.kept.find((/** @type {any} */ one) => one.years === visit.years);
    fillSlots(root, { date: shownMonth(end.month), years: shownYears(visit.years) });
  },
  submit: async (view, { all }) => {
    if (all("agree").length < AGREED) {
      throw new Slips([{ field: "agree", text: t("errors.agree") }]);
    }
    const { visit } = view;
    if (visit.placed) {
      visit.label = await view.work("begin", visit.draft);
      visit.kept = true;
      return visit.sealing;
    }
    if (visit.words.length === 0) {
      visit.words = await view.call("newWords");
    }
    return "words";
  },
};

/** @type {Screen} */
const words = {
  filing: true,
  enter: ({ root, visit }) => {
    const items = visit.words.map((word) => {
      const item = document.createElement("li");
      item.textContent = word;
      return item;
    });
    part(root, "[data-words]").replaceChildren(...items);
    part(root, "[data-print]").addEventListener("click", () => print());
    part(root, "[data-copy]").addEventListener("click", async () => {
      const told = part(root, "[data-copied]");
      const said = (/** @type {string} */ key) => {
        told.textContent = t(key);
      };
      try {
        await copyForAMinute(visit.words.join(" "), () => said("copied.cleared"));
        said("copied.now");
      } catch {
        said("copied.failed");
      }
    });
  },
};

/** @type {Screen} */
const retype = {
  filing: true,
  enter: ({ root }) => {
    const [first = 0, second = 0] = ASKED;
    fillSlots(part(root, "[data-first]"), { place: first });
    fillSlots(part(root, "[data-second]"), { place: second });
  },
  submit: async (view, { first, second }) => {
    const { visit } = view;
    const slips = [first, second].flatMap((typed, at) => {
      const right = visit.words[Number(ASKED[at]) - 1];
      const field = at === 0 ? "first" : "second";
      return typed?.toLowerCase() === right
        ? []
        : [{ field, text: t("errors.retype") }];
    });
    if (slips.length > 0) throw new Slips(slips);
    await claim(view);
    return "verify";
  },
};

/**
 * From then on she can come back with her words.
 *
 * @param {View} view
 */
async function claim(view) {
  const { visit } = view;
  await view.work("claim", { words: visit.words.join(" ") });
  try {
    visit.label = await view.work("begin", visit.draft);
  } catch (error) {
    // She has words in her hand that open nothing yet, and has to know it.
    const away = error instanceof Trouble && error.kind === "Unreachable";
    throw away ? new Slips([{ field: null, text: t("errors.offline_words") }]) : error;
  }
  visit.kept = true;
}

/** @type {Screen} */
const lock = {
  filing: true,
  enter: async (view) => {
    const { visit } = view;
    try {
      visit.outcome = await view.work(...lockCall(visit), "lock");
    } catch (error) {
      if (!(error instanceof Trouble && error.kind === "Cancelled")) throw error;
      visit.sealed = true;
      return "home";
    }
    visit.sealed = true;
    visit.forget();
    return "done";
  },
};

/**
 * What locking means for what she came for.
 *
 * @param {import("./visit.js").Visit} visit
 * @returns {[string, unknown]}
 */
function lockCall(visit) {
  const { label, aim, identifiers, wishes } = visit;
  if (aim === "add") {
    return ["add", { label, identifiers }];
  }
  if (aim === "change") {
    return ["change", { label, wishes }];
  }
  return ["finish", { label }];
}

/** @type {Screen} */
const done = {
  enter: ({ root, visit }) => {
    show(part(root, "[data-witness]"), visit.witness);
    show(part(root, "[data-counting]"), !visit.witness);
    const { trustees = 0, all = 0 } = visit.outcome ?? {};
    fillSlots(part(root, "[data-held]"), { held: trustees, total: all });
    const erased = part(root, "[data-erased]");
    show(erased, visit.erased !== null);
    fillSlots(erased, { date: shownDay(visit.erased ?? 0) });
    listHelp(part(root, "[data-lines]"), visit.country);
  },
};

/** @type {Record<string, Screen>} */
export const SEALING = { check, words, retype, lock, done };
