/** What a person wishes: her number, how to reach her, where a note may go. */

import { shownMonth, shownYears, t } from "../ui/catalogue.js";
import { fillForm, Slips } from "../ui/form.js";
import { copyOf, fillSlots, part, show } from "../ui/screen.js";
import { suggestSize } from "./suggestion.js";

/** @import { Screen, View } from "./view.js" */
/** @import { Visit } from "./visit.js" */

/**
 * Where a wish leads: on, or to the lock if only this was to be changed.
 *
 * @param {Visit} visit
 * @param {string} next
 */
function onward(visit, next) {
  return visit.aim === "change" ? visit.sealing : next;
}

/** @type {Screen} */
const kind = {
  filing: true,
  enter: (view) => {
    part(view.root, "[data-skip]").addEventListener("click", () => view.go("group"));
  },
  submit: (view, { all, proof, afraid }) => {
    view.visit.happened = { what: all("what"), proof, afraid };
    return "group";
  },
};

/** @type {Screen} */
const group = {
  enter: ({ root, visit, about }) => {
    const { size, reason } = suggestSize(visit.happened, about.sizes);
    // Used once; from here on only the number is known.
    visit.happened = { what: [] };
    fillSlots(root, { size });
    part(root, "[data-reason]").textContent = t(`reason_${reason}`);
    show(part(root, "[data-suggestion]"), visit.aim === "file");
    const options = about.sizes.map((/** @type {number} */ one) =>
      sizeOption(root, one),
    );
    part(root, "[data-sizes]").replaceChildren(...options);
    fillForm(root, { group: visit.size || size });
  },
  submit: ({ visit }, values) => {
    if (!values.group) {
      throw new Slips([{ field: "group", text: t("errors.choose") }]);
    }
    visit.size = Number(values.group);
    return onward(visit, "reach");
  },
};

/**
 * @param {ParentNode} root
 * @param {number} size
 */
function sizeOption(root, size) {
  const option = optionOf(root.querySelector("[data-size]"), "group", size);
  part(option, "label").textContent = t("size", { size });
  return option;
}

/**
 * One of several to choose from, without its words.
 *
 * @param {Element | null} template
 * @param {string} name
 * @param {number} value
 */
function optionOf(template, name, value) {
  const option = copyOf(template);
  const input = part(option, "input");
  input.id = `${name}-${value}`;
  input.setAttribute("value", String(value));
  part(option, "label").setAttribute("for", input.id);
  return option;
}

/** @type {Screen} */
const reach = {
  fields: { address: "email" },
  enter: ({ root, visit }) => fillForm(root, visit.card),
  submit: async (view, values) => {
    const { name = "", email = "", phone = "", channel = "", wishes = "" } = values;
    const slips = [];
    if (!name) slips.push({ field: "name", text: t("errors.fill") });
    if (!email && !phone) slips.push({ field: "email", text: t("errors.one_way") });
    if (slips.length > 0) throw new Slips(slips);
    if (email) await ownAddress(view, email);
    view.visit.card = { name, email, phone, channel, wishes };
    return onward(view.visit, "note");
  },
};

/** @type {Screen} */
const note = {
  fields: { email: "address" },
  enter: ({ root, visit }) => {
    const details = part(root, "[data-wanted]");
    const choose = () => show(details, Boolean(chosen(root)));
    const { way, address, plant } = visit.note;
    fillForm(root, { note: way, address, plant: plant || anyPlant(root) });
    root.addEventListener("change", choose);
    choose();
  },
  submit: async (view, { address = "", plant = "" }) => {
    const { visit, root } = view;
    const way = chosen(root);
    if (way === undefined) {
      throw new Slips([{ field: "note", text: t("errors.choose") }]);
    }
    if (way && !address) {
      throw new Slips([{ field: "address", text: t("errors.fill") }]);
    }
    visit.note = way
      ? { way, address: await ownAddress(view, address), plant }
      : { way, address: "", plant: "" };
    return onward(visit, "check");
  },
};

/** @param {ParentNode} root */
function chosen(root) {
  const field = root.querySelector('[name="note"]:checked');
  return field instanceof HTMLInputElement ? field.value : undefined;
}

/**
 * A plant to begin with: people seldom change what is chosen already.
 *
 * @param {ParentNode} root
 */
function anyPlant(root) {
  const plants = [...root.querySelectorAll("#plant option")];
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return plants[drawn % plants.length]?.getAttribute("value") ?? "";
}

/**
 * An address of hers, unless it is none or at an employer that she named.
 *
 * @param {View} view
 * @param {string} address
 * @returns {Promise<string>} As mail goes to it.
 */
function ownAddress({ visit, helper }, address) {
  const identifiers = [...(visit.entry?.identifiers ?? []), ...visit.identifiers];
  return helper.call("readOwnAddress", { address, identifiers }).answer;
}

/** @type {Screen} */
const keep = {
  enter: ({ root, visit, about }) => {
    const options = about.kept.map((/** @type {any} */ one) => endOption(root, one));
    part(root, "[data-ends]").replaceChildren(...options);
    const changing = visit.aim === "change";
    show(part(root, "[data-now]"), changing);
    if (changing) fillSlots(root, { date: shownMonth(visit.entry.expiryMonth) });
    fillForm(root, { years: visit.years });
  },
  submit: ({ visit }, { years }) => {
    if (!years) throw new Slips([{ field: "years", text: t("errors.choose") }]);
    visit.years = Number(years);
    return onward(visit, "check");
  },
};

/**
 * @param {ParentNode} root
 * @param {{ years: number, month: number }} end
 */
function endOption(root, { years, month }) {
  const option = optionOf(root.querySelector("[data-end]"), "years", years);
  const until = { years: shownYears(years), date: shownMonth(month) };
  part(option, "label").textContent = t("until", until);
  return option;
}

/** @type {Record<string, Screen>} */
export const WISHING = { kind, group, reach, note, keep };
