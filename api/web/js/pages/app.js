/** The journey's page: builds everything once, and shows the first screen. */

import { t } from "../ui/catalogue.js";
import { askOtherTabs, installExit, onExit, wipeAll } from "../ui/exit.js";
import { installIdle } from "../ui/idle.js";
import { notice } from "../ui/notice.js";
import { part } from "../ui/screen.js";
import { BEGINNING } from "./beginning.js";
import { CHANGING } from "./changing.js";
import { Helper } from "./helper.js";
import { INVITING } from "./inviting.js";
import { LEAVING } from "./leaving.js";
import { MEETING } from "./meeting.js";
import { NAMING } from "./naming.js";
import { RETURNING } from "./returning.js";
import { PROVING } from "./proving.js";
import { SEALING } from "./sealing.js";
import { View } from "./view.js";
import { Visit } from "./visit.js";
import { WISHING } from "./wishing.js";

const SCREENS = new Map(
  Object.entries({
    ...BEGINNING,
    ...NAMING,
    ...WISHING,
    ...PROVING,
    ...SEALING,
    ...RETURNING,
    ...MEETING,
    ...INVITING,
    ...CHANGING,
    ...LEAVING,
  }),
);

const root = document.documentElement;
const helper = new Helper(CORE);

installExit();
onExit(() => helper.end());
addEventListener("pagehide", () => helper.end());
installIdle({
  warn: (stay) =>
    notice("idle", t("idle.text"), [
      [t("idle.stay"), stay],
      [t("idle.leave"), () => clear("cleared")],
    ]),
  clear: () => clear("cleared"),
});
const goOnHere = askOtherTabs({
  found: () =>
    notice("tabs", t("tabs.text"), [
      [t("tabs.here"), goOnHere],
      [t("tabs.there"), () => clear("moved")],
    ]),
  moved: () => clear("moved"),
});

/** @param {"cleared" | "moved"} why Told on the landing page. */
function clear(why) {
  wipeAll();
  location.replace(`${root.dataset.home ?? "/"}#${why}`);
}

const visit = new Visit();
visit.saw = root.dataset.page === "saw";
visit.witness = visit.saw;
const view = new View(part(document, "[data-view]"), SCREENS, helper, visit);
view.go(root.dataset.page === "return" ? "back" : "safety", { replace: true });
