/** One screen at a time: what it shows, what it may do, where it leads. */

import { clearSlips, showSlips, valuesOf } from "../ui/form.js";
import { frame } from "../ui/frame.js";
import { progressOn } from "../ui/progress.js";
import { cover, screenOf } from "../ui/screen.js";
import { slipsOf } from "./trouble.js";

/** @import { Helper } from "./helper.js" */
/** @import { Visit } from "./visit.js" */

/**
 * A screen's behaviour: `enter` fills it, `submit` takes its form and names the next
 * screen; `fields` leads errors to fields of another name.
 *
 * @typedef {object} Screen
 * @property {(view: View) => unknown} [enter]
 * @property {(view: View, values: ReturnType<typeof valuesOf>) => unknown} [submit]
 * @property {Record<string, string>} [fields]
 * @property {boolean} [filing] No way back to it once the entry is locked.
 */

// Nothing was typed yet on these.
const BEFORE = new Set(["safety", "safer", "age", "young", "country", "back"]);

/** Shows screens in the page, and keeps the browser's way back in step. */
export class View {
  #place;
  #screens;
  #name = "";
  #stop = () => {};

  /**
   * @param {HTMLElement} place
   * @param {ReadonlyMap<string, Screen>} screens
   * @param {Helper} helper
   * @param {Visit} visit
   */
  constructor(place, screens, helper, visit) {
    this.#place = place;
    this.#screens = screens;
    this.helper = helper;
    this.visit = visit;
    /** @type {any} */
    this.about = null;
    addEventListener("popstate", ({ state }) => this.#return(state?.screen));
  }

  /** The element that holds the screen. */
  get root() {
    return this.#place;
  }

  get name() {
    return this.#name;
  }

  /**
   * Show a screen; the way back leads to the one before.
   *
   * @param {string} name
   * @param {{ replace?: boolean }} [how]
   */
  async go(name, { replace = false } = {}) {
    // The address never changes: nothing of the journey is in the history.
    history[replace ? "replaceState" : "pushState"]({ screen: name }, "");
    await this.#show(name);
  }

  /** @param {string} [name] */
  async #return(name) {
    this.#stop();
    const screen = this.#screens.get(name ?? "");
    const late = screen === undefined || (screen.filing && this.visit.sealed);
    await this.#show(late ? this.fallback : String(name));
  }

  /** Where the way back ends once an entry is locked. */
  get fallback() {
    return this.visit.sealed ? "home" : "safety";
  }

  /** @param {string} name */
  async #show(name) {
    const screen = this.#screens.get(name) ?? {};
    this.#name = name;
    frame(!BEFORE.has(name));
    this.#place.replaceChildren(screenOf(name));
    this.#wire(screen);
    try {
      const next = await screen.enter?.(this);
      if (typeof next === "string" && this.#name === name) {
        await this.go(next, { replace: true });
      }
    } catch (error) {
      if (this.#name === name) await this.#stopped(error);
    }
    if (this.#name === name) this.#focus();
  }

  /**
   * What a screen needs is not there: nothing of it is shown.
   *
   * @param {unknown} error
   */
  async #stopped(error) {
    const [slip] = slipsOf(error, {}, this.visit.kept);
    this.visit.outcome = { trouble: slip?.text, again: this.#name };
    await this.go("stopped", { replace: true });
  }

  #focus() {
    scrollTo(0, 0);
    const heading = this.#place.querySelector("h1:not([hidden] *)");
    if (heading instanceof HTMLElement) {
      heading.tabIndex = -1;
      heading.focus();
    }
  }

  /** @param {Screen} screen */
  #wire(screen) {
    const form = this.#place.querySelector("form");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.attempt(async () => {
        clearSlips(this.#place);
        const from = this.#name;
        const next = await screen.submit?.(this, valuesOf(form));
        if (typeof next === "string" && this.#name === from) await this.go(next);
      }, screen);
    });
    this.#place.querySelector("[data-back]")?.addEventListener("click", () => {
      history.back();
    });
    for (const button of this.#place.querySelectorAll("[data-go]")) {
      const target = /** @type {HTMLElement} */ (button).dataset.go ?? "";
      button.addEventListener("click", () => this.go(target));
    }
    this.cover();
  }

  /** Cover the screen's secrets, if it has any. */
  cover() {
    cover(this.#place);
  }

  /**
   * Do something that may go wrong, and say so on the screen if it does.
   *
   * @param {() => Promise<unknown>} act
   * @param {Screen} [screen]
   */
  async attempt(act, screen = this.#screens.get(this.#name)) {
    const buttons = [...this.#place.querySelectorAll("button[type=submit]")];
    buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
    try {
      await act();
    } catch (error) {
      if (this.#place.querySelector("[data-summary]")) {
        showSlips(this.#place, slipsOf(error, screen?.fields, this.visit.kept));
      } else {
        await this.#stopped(error);
      }
    } finally {
      buttons.forEach((button) => button.removeAttribute("aria-disabled"));
    }
  }

  /**
   * Call the worker for something quick.
   *
   * @param {string} method
   * @param {unknown} [given]
   * @returns {Promise<any>}
   */
  call(method, given) {
    return this.helper.call(method, given).answer;
  }

  /**
   * Call the worker while a screen with a bar stands in front; then this screen comes
   * back as it was.
   *
   * @param {string} method
   * @param {unknown} [given]
   * @param {string} [screen]
   * @returns {Promise<any>}
   */
  async work(method, given, screen = "working") {
    const before = [...this.#place.childNodes];
    this.#place.replaceChildren(screenOf(screen));
    this.#focus();
    const bar = this.#place.querySelector("progress");
    const progress = progressOn(this.#place);
    const { answer, stop } = this.helper.call(method, given, progress.report);
    this.#stop = stop;
    this.#place.querySelector("[data-cancel]")?.addEventListener("click", stop);
    try {
      return await answer;
    } finally {
      this.#stop = () => {};
      progress.end();
      // Unless the person went elsewhere meanwhile.
      if (this.#place.contains(bar)) this.#place.replaceChildren(...before);
    }
  }
}
