// A JSON value that is unfolded as far as somebody wants to see it.
import { html } from "../vendor/preact.js";

const UNFOLDED_DEPTH = 2;
const UNFOLDED_ENTRIES = 12;

export function Json({ value, name, depth = 0 }) {
  if (value === null || typeof value !== "object") return html`<${Line} name=${name}><${Leaf} value=${value} /><//>`;
  const entries = Object.entries(value);
  const [before, after] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (!entries.length) return html`<${Line} name=${name}>${before}${after}<//>`;
  return html`
    <details class="json" open=${depth < UNFOLDED_DEPTH && entries.length <= UNFOLDED_ENTRIES}>
      <summary>${name !== undefined && html`<b>${name}</b>: `}${before} <small>${entries.length}</small> ${after}</summary>
      ${entries.map(([key, part]) => html`<${Json} key=${key} name=${key} value=${part} depth=${depth + 1} />`)}
    </details>
  `;
}

function Line({ name, children }) {
  return html`<div class="json line">${name !== undefined && html`<b>${name}</b>`}${name !== undefined && ": "}${children}</div>`;
}

function Leaf({ value }) {
  const kind = value === null ? "null" : typeof value;
  return html`<span class=${`leaf ${kind}`}>${kind === "string" ? value : JSON.stringify(value)}</span>`;
}
