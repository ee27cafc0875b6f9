// What went wrong, in the API's own words.
import { html } from "../vendor/preact.js";
import { Refused } from "../api.js";
import { t } from "../i18n.js";

export function Trouble({ error }) {
  if (!error) return null;
  const text = error instanceof Refused ? error.message : `${t("unreachable")} (${error.message})`;
  return html`<p class="trouble" role="alert">${text}</p>`;
}
