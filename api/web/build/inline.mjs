/** The little markup that texts may hold. */

/**
 * A text for HTML.
 *
 * @param {string} text
 * @returns {string}
 */
export function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * A text with `**strong**` words and `[links](/page)`; `{places}` become slots that
 * scripts fill.
 *
 * @param {string} text
 * @param {string} prefix of the language, before links within the site
 * @returns {string}
 */
export function inline(text, prefix) {
  return escaped(text)
    .replace(/\*\*([^*]+)\*\*/gu, "<strong>$1</strong>")
    .replace(/\[([^\]]+)\]\(([^)]+)\)/gu, (_, label, target) => {
      const place = target.startsWith("/") ? `${prefix}${target}` : target;
      return `<a href="${place}">${label}</a>`;
    })
    .replace(/\{(\w+)\}/gu, '<bdi data-slot="$1"></bdi>');
}
