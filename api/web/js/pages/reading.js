/** Pages that are only read: the ways out, and a word about a cleared page. */

import { t } from "../ui/catalogue.js";
import { installExit } from "../ui/exit.js";
import { notice } from "../ui/notice.js";

installExit();
const why = location.hash.slice(1);
if (why === "cleared" || why === "moved") {
  history.replaceState(null, "", location.pathname);
  notice("cleared", t(why));
}
