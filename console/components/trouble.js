// What went wrong: in the visitor's language as far as there are words for it, else in the API's.
import { html } from "../vendor/preact.js";
import { Refused } from "../api.js";
import { t } from "../i18n.js";
import { why, worded } from "../refusals.js";

/** `marked`: what is wrong with single fields stands beside them already. */
export function Trouble({ error, marked = false }) {
  if (!error) return null;
  return html`<p class="trouble" role="alert">${reason(error, marked)}</p>`;
}

function reason(error, marked) {
  if (error instanceof Refused) return error.errors.length ? listed(error.errors, marked) : why(error);
  // What fetch throws when nothing answers.
  return error instanceof TypeError ? `${t("unreachable")} (${error.message})` : error.message;
}

function listed(errors, marked) {
  const [together, single] = [errors.filter(isOfAll), errors.filter((one) => !isOfAll(one))];
  const told = together.map(({ msg }) => worded(msg));
  if (!marked) told.push(...single.map(({ loc, msg }) => `${loc.filter((part) => part !== "body").join(".")}: ${worded(msg)}`));
  else if (single.length) told.unshift(t("form.wrong"));
  return told.join(" ");
}

const isOfAll = ({ loc }) => loc.length < 2;
