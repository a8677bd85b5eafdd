/** Coming back: seven words, and how every entry stands. */

import { shownDay, shownMonth } from "../ui/catalogue.js";
import { copyOf, cover, fillSlots, part, show } from "../ui/screen.js";
import { prepare } from "./beginning.js";
import { takeBack } from "./leaving.js";
import { shownClues } from "./showing.js";
import { noteOf } from "./visit.js";

/** @import { Screen, View } from "./view.js" */

/** States that read otherwise for the note of a witness. */
const NOTED = new Set(["waiting", "asked", "answered", "connected"]);

/** What may be told of an entry that is there; of most none. */
const NEWS = ["asked", "answered", "settled", "shrunk", "connected", "left"];

/** Nothing is left to be done about an entry in these. */
const OVER = new Set(["withdrawn", "nothing", "ended"]);

/** @type {Screen} */
const back = {
  enter: (view) => prepare(view),
  submit: async (view, values) => {
    await view.work("open", { words: values.words ?? "" });
    Object.assign(view.visit, { sealed: true, kept: true });
    return "home";
  },
};

/** @type {Screen} */
const home = {
  enter: async (view) => {
    const { entries, verified, lapsed, cleared } = await view.work("entries");
    const { root, visit } = view;
    Object.assign(visit, { verified, lapsed, placed: true, kept: true, sealed: true });
    show(part(root, "[data-cleared]"), cleared);
    show(part(root, "[data-empty]"), entries.length === 0 && !cleared);
    const shown = entries.map((/** @type {any} */ entry, /** @type {number} */ at) =>
      entryOf(view, entry, at + 1),
    );
    part(root, "[data-entries]").replaceChildren(...shown);
    part(root, "[data-another]").addEventListener("click", () => {
      visit.beginEntry(entries);
      view.go("who");
    });
    part(root, "[data-close]").addEventListener("click", () => {
      location.replace(document.documentElement.dataset.home ?? "/");
    });
  },
};

/**
 * One entry, with what can be done about it.
 *
 * @param {View} view
 * @param {any} entry
 * @param {number} number
 */
function entryOf(view, entry, number) {
  const copy = copyOf(view.root.querySelector("[data-entry]"));
  const section = part(copy, "section");
  fillSlots(copy, {
    number,
    date: shownMonth(entry.expiryMonth),
    size: entry.matchThreshold,
    week: shownDay(entry.letterWeek),
    erased: entry.erased ?? 0,
    heard: entry.heard ?? 0,
    all: entry.all ?? 0,
  });
  part(copy, "[data-who]").textContent = shownClues(entry.identifiers);
  show(part(copy, "[data-group]"), !entry.witness);
  show(part(copy, "[data-counting]"), !entry.witness);
  show(part(copy, "[data-witness]"), entry.witness);
  for (const line of copy.querySelectorAll("[data-note]")) {
    const { note } = /** @type {HTMLElement} */ (line).dataset;
    show(line, note === noteOf(entry).way);
  }
  showState(copy, entry);
  wireEntry(view, copy, entry);
  cover(section);
  return copy;
}

/**
 * @param {ParentNode} copy
 * @param {any} entry
 */
function showState(copy, entry) {
  const news = NEWS.filter((one) => entry[one]);
  const states = entry.state === "taken" ? news.map(listed(entry)) : [entry.state];
  if (entry.unheard) states.unshift("unheard");
  for (const one of states.length > 0 ? states : ["waiting"]) {
    const named = entry.witness && NOTED.has(one);
    const state = named ? `note_${one}` : one;
    show(part(copy, `[data-state="${state}"]`), true);
  }
  const gone = OVER.has(entry.state);
  const unfinished = entry.state === "unfinished";
  const nowhere = unfinished || entry.state === "lost";
  const leaving = entry.state === "leaving";
  show(part(copy, "[data-facts]"), !gone);
  show(part(copy, "[data-acts]"), !gone && !leaving);
  show(part(copy, "[data-ending]"), !gone && !leaving && entry.ending);
  show(part(copy, "[data-rest]"), entry.erased < entry.all);
  show(part(copy, "[data-retract]"), entry.saidYes === true);
  show(part(copy, "[data-uninvite]"), entry.invites === true);
  show(part(copy, "[data-finish]"), unfinished);
  show(part(copy, "[data-add]"), !gone && !nowhere);
  show(part(copy, "[data-change]"), !gone && !nowhere);
}

/**
 * A list that was hidden, or has had its time, is not offered.
 *
 * @param {{ listHidden: boolean, listClosed: boolean }} entry
 */
function listed({ listHidden, listClosed }) {
  return (/** @type {string} */ state) => {
    if (state !== "connected") return state;
    if (listClosed) return "closed";
    return listHidden ? "hidden" : state;
  };
}

/**
 * @param {View} view
 * @param {ParentNode} copy
 * @param {any} entry
 */
function wireEntry(view, copy, entry) {
  const { visit } = view;
  const ways = {
    "[data-look]": ["file", "changed"],
    "[data-meet]": ["file", "connect"],
    "[data-invited]": ["file", "invited"],
    "[data-invites]": ["file", "invite"],
    "[data-finish]": ["file", visit.sealing],
    "[data-resend]": ["file", visit.sealing],
    "[data-longer]": ["change", "keep"],
    "[data-add]": ["add", "who"],
    "[data-change]": ["change", "change"],
    "[data-retract]": ["file", "retract"],
    "[data-takeback]": ["file", "takeback"],
  };
  part(copy, "[data-leave]").addEventListener("click", () => {
    visit.takeUp(entry, "file");
    view.attempt(() => takeBack(view));
  });
  part(copy, "[data-tell]").addEventListener("click", () => view.go("home"));
  part(copy, "[data-uninvite]").addEventListener("click", () =>
    view.attempt(async () => {
      visit.takeUp(entry, "file");
      const heard = await view.work("uninvite", { label: entry.label });
      visit.outcome = { told: "uninvited", ...heard };
      await view.go("told");
    }),
  );
  part(copy, "[data-unhide]").addEventListener("click", () =>
    view.attempt(async () => {
      visit.takeUp(entry, "file");
      await view.work("hideList", { label: entry.label, hidden: false });
      await view.go("connect");
    }),
  );
  for (const [selector, [aim, screen]] of Object.entries(ways)) {
    part(copy, selector).addEventListener("click", () => {
      visit.takeUp(entry, /** @type {any} */ (aim));
      view.go(String(screen));
    });
  }
}

/** @type {Record<string, Screen>} */
export const RETURNING = { back, home };
