/** What a person wishes: her number, how to reach her, where a note may go. */

import { t } from "../ui/catalogue.js";
import { fillForm, Slips } from "../ui/form.js";
import { copyOf, fillSlots, part, show } from "../ui/screen.js";
import { suggestSize } from "./suggestion.js";

/** @import { Screen } from "./view.js" */
/** @import { Visit } from "./visit.js" */

const ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/u;

// Millions share these: the same one says nothing about an employer.
const FREE = new Set([
  "gmail.com",
  "googlemail.com",
  "outlook.com",
  "hotmail.com",
  "live.com",
  "yahoo.com",
  "icloud.com",
  "me.com",
  "gmx.de",
  "gmx.net",
  "web.de",
  "proton.me",
  "protonmail.com",
  "aol.com",
  "mail.ru",
  "yandex.ru",
  "qq.com",
  "163.com",
]);

/**
 * Where a wish leads: on, or to the lock if only this was to be changed.
 *
 * @param {Visit} visit
 * @param {string} next
 */
function onward(visit, next) {
  return visit.aim === "change" ? "lock" : next;
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
  const option = copyOf(root.querySelector("[data-size]"));
  const input = part(option, "input");
  const label = part(option, "label");
  input.id = `group-${size}`;
  input.setAttribute("value", String(size));
  label.setAttribute("for", input.id);
  label.textContent = t("size", { size });
  return option;
}

/** @type {Screen} */
const reach = {
  enter: ({ root, visit }) => fillForm(root, visit.card),
  submit: ({ visit }, values) => {
    const { name = "", email = "", phone = "", channel = "", wishes = "" } = values;
    const slips = [];
    if (!name) slips.push({ field: "name", text: t("errors.fill") });
    if (!email && !phone) slips.push({ field: "email", text: t("errors.one_way") });
    if (email) slips.push(...addressSlips(visit, "email", email));
    if (slips.length > 0) throw new Slips(slips);
    visit.card = { name, email, phone, channel, wishes };
    return onward(visit, "note");
  },
};

/** @type {Screen} */
const note = {
  enter: ({ root, visit }) => {
    const field = part(root, "#address").closest(".field");
    const choose = () => field && show(field, chosen(root) === "email");
    fillForm(root, { note: visit.nudge.channel, address: visit.nudge.address });
    root.addEventListener("change", choose);
    choose();
  },
  submit: ({ visit, root }, { address = "" }) => {
    const channel = chosen(root);
    if (channel === undefined) {
      throw new Slips([{ field: "note", text: t("errors.choose") }]);
    }
    if (channel === "email") {
      const slips = addressSlips(visit, "address", address);
      if (slips.length > 0) throw new Slips(slips);
    }
    visit.nudge = { channel, address: channel ? address : "" };
    return onward(visit, "check");
  },
};

/** @param {ParentNode} root */
function chosen(root) {
  const field = root.querySelector('[name="note"]:checked');
  return field instanceof HTMLInputElement ? field.value : undefined;
}

/**
 * What is wrong with an address: not one, or one at the named person's work.
 *
 * @param {Visit} visit
 * @param {string} field
 * @param {string} address
 */
function addressSlips(visit, field, address) {
  if (!ADDRESS.test(address)) {
    return [{ field, text: t("errors.email") }];
  }
  const domain = address.split("@").at(-1)?.toLowerCase();
  const work = visit.identifiers.flatMap(({ kind: sort, value }) => {
    if (sort === "email") return [value?.split("@").at(-1)?.toLowerCase()];
    return sort === "website" ? [hostOf(value ?? "")] : [];
  });
  return work.includes(domain) && !FREE.has(String(domain))
    ? [{ field, text: t("errors.work_address") }]
    : [];
}

/** @param {string} text */
function hostOf(text) {
  const host = text.replace(/^[a-z]+:\/\//iu, "").split(/[/?#:]/u)[0] ?? "";
  return host.toLowerCase().replace(/^www\./u, "");
}

/** @type {Record<string, Screen>} */
export const WISHING = { kind, group, reach, note };
