/** Short notices above the content. */

const place = /** @type {HTMLElement} */ (document.querySelector("[data-notices]"));

/**
 * Show a notice, perhaps with something to press; one of each name at a time.
 *
 * @param {string} name
 * @param {string} text
 * @param {[string, () => void][]} [choices] The notice goes with a choice.
 */
export function notice(name, text, choices = []) {
  place.querySelector(`[data-notice="${name}"]`)?.remove();
  const box = document.createElement("div");
  box.className = "idle";
  box.dataset.notice = name;
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  for (const [label, act] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      box.remove();
      act();
    });
    box.append(button, " ");
  }
  place.append(box);
}

/** Say that this is a demonstration. */
export function demoNotice() {
  const template = document.getElementById("demo-notice");
  if (template instanceof HTMLTemplateElement && !place.querySelector(".demo")) {
    place.append(template.content.cloneNode(true));
  }
}
