// A state in words; its colour and mark only repeat them.
import { html } from "../vendor/preact.js";
import { tOr } from "../i18n.js";

export function Status({ of, live = false }) {
  const name = String(of).toLowerCase();
  return html`<span class="status ${name} ${live ? "live" : ""}">${tOr(`status.${name}`, of)}</span>`;
}

export function ProgressBar({ progress }) {
  if (progress?.percent === undefined || progress.percent === null) return null;
  return html`<progress max="100" value=${progress.percent}>${progress.percent} %</progress>`;
}
