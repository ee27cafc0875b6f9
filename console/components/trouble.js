// What went wrong, in the API's own words.
import { html } from "../vendor/preact.js";
import { Refused } from "../api.js";
import { t } from "../i18n.js";

export function Trouble({ error }) {
  if (!error) return null;
  const text = error instanceof Refused ? reason(error) : `${t("unreachable")} (${error.message})`;
  return html`<p class="trouble" role="alert">${text}</p>`;
}

/** What is wrong with single fields stands beside them; what is wrong with all together stands here. */
function reason({ status, errors, message }) {
  if (status !== 422 || !errors.length) return message;
  const together = errors.filter(({ loc }) => loc.length < 2).map(({ msg }) => msg);
  return [t("form.wrong"), ...together].join(" ");
}
