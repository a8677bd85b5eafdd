/** Leave at once: by button, link, or Shift three times; in every tab. */

import { t } from "./catalogue.js";

const CHANNEL = "alongside";
const SHIFTS = 3;
const FORGET = 5000;

const root = document.documentElement;
const channel = new BroadcastChannel(CHANNEL);

/** @type {(() => void)[]} */
const wipers = [];

/**
 * What else has to be wiped on the way out.
 *
 * @param {() => void} wipe
 */
export function onExit(wipe) {
  wipers.push(wipe);
}

/** Cover the page, wipe what can be wiped, and go elsewhere. */
export function exit() {
  channel.postMessage("exit");
  leave();
}

function leave() {
  cover();
  wipeAll();
  // Not waited for: it also works with no connection.
  fetch("/exit", { keepalive: true, redirect: "manual", credentials: "omit" }).catch(
    () => null,
  );
  location.replace(root.dataset.away ?? "about:blank");
}

function cover() {
  const template = document.getElementById("exit-cover");
  if (template instanceof HTMLTemplateElement) {
    document.body.replaceChildren(template.content.cloneNode(true));
    document.title = document.body.textContent?.trim() ?? "";
  }
}

/** Forget what was typed, without leaving. */
export function wipeAll() {
  for (const wipe of wipers) {
    wipe();
  }
  for (const form of document.forms) {
    form.reset();
  }
}

/** Make every way out work. */
export function installExit() {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-exit]")) {
      event.preventDefault();
      exit();
    }
  });
  channel.addEventListener("message", ({ data }) => {
    if (data === "exit") leave();
  });
  // A page that comes back from the browser's own memory begins anew.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  installShifts();
}

function installShifts() {
  let pressed = 0;
  let timer = 0;
  const forget = () => {
    if (pressed > 0) say(t("exit.off"), 0);
    pressed = 0;
  };
  document.addEventListener("keyup", ({ key }) => {
    clearTimeout(timer);
    if (key !== "Shift") {
      forget();
      return;
    }
    pressed += 1;
    if (pressed === SHIFTS) {
      exit();
      return;
    }
    say(t(pressed === 1 ? "exit.one" : "exit.two"), pressed);
    timer = setTimeout(forget, FORGET);
  });
}

/**
 * @param {string} text
 * @param {number} dots
 */
function say(text, dots) {
  const place = document.querySelector("[data-exit-dots]");
  if (place) {
    const shown = "●".repeat(dots) + "○".repeat(SHIFTS - dots);
    place.textContent = dots > 0 ? `${shown} ${text}` : "";
  }
}

/**
 * Ask other tabs whether they show this page too.
 *
 * @param {{ found: () => void, moved: () => void }} acts `moved`: the person goes on in
 *   another tab.
 * @returns {() => void} Goes on here: the others are told so.
 */
export function askOtherTabs({ found, moved }) {
  channel.addEventListener("message", ({ data }) => {
    if (data === "who") channel.postMessage("me");
    if (data === "me" || data === "who") found();
    if (data === "here") moved();
  });
  channel.postMessage("who");
  return () => channel.postMessage("here");
}
