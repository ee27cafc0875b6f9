// One field of a form: the control that fits its schema, its hint, and what is wrong with it.
import { html, useState } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Upload } from "./upload.js";

const LONG = 400;

export function Field({ label, hint, needed, wrong, name, wide, schema, ...control }) {
  const check = schema.type === "boolean";
  const about = `${name}-hint`;
  const described = { id: name, name, "aria-invalid": wrong ? "true" : null, "aria-describedby": about };
  return html`
    <div class=${`field ${check ? "check" : ""} ${wide ? "wide" : ""}`}>
      ${check && html`<${Control} schema=${schema} ...${control} described=${described} />`}
      <label class="name" for=${name}>${label}${needed && html` <span class="needed" title=${t("form.needed")}>*</span>`}</label>
      ${!check && html`<${Control} schema=${schema} ...${control} described=${described} />`}
      <div id=${about}>
        ${wrong && html`<p class="wrong">${wrong.join(" ")}</p>`}
        ${hint && html`<small>${hint}${limits(schema)}</small>`}
      </div>
    </div>
  `;
}

function limits({ type, minimum, maximum }) {
  if (type !== "integer" && type !== "number") return "";
  if (minimum === undefined || maximum === undefined || maximum > Number.MAX_SAFE_INTEGER) return "";
  return ` ${minimum} – ${maximum}`;
}

function Control({ schema, value, onChange, described }) {
  const text = (event) => onChange(event.target.value || undefined);
  if (schema.type === "boolean") {
    return html`<input type="checkbox" ...${described} checked=${value ?? schema.default ?? false} onChange=${(event) => onChange(event.target.checked)} />`;
  }
  if (schema.enum) {
    return html`<select ...${described} value=${value ?? schema.default ?? ""} onChange=${text}>
      ${schema.default === undefined && html`<option value=""></option>`}
      ${schema.enum.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
    </select>`;
  }
  if (schema.type === "integer" || schema.type === "number") {
    return html`<input type="number" step="any" ...${described} placeholder=${schema.default} value=${value ?? ""}
      onInput=${(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))} />`;
  }
  if (schema.type === "array") return html`<${Lines} value=${value} onChange=${onChange} described=${described} />`;
  if (schema.type === "object") return html`<${JsonText} value=${value} onChange=${onChange} described=${described} />`;
  if (described.name.endsWith("image_artifact")) return html`<${Upload} value=${value} onChange=${onChange} described=${described} />`;
  if (schema.maxLength > LONG && !described.name.endsWith("url")) return html`<textarea rows="3" ...${described} value=${value ?? ""} onInput=${text}></textarea>`;
  const kind = schema.writeOnly ? "password" : "text";
  return html`<input type=${kind} autocomplete="off" ...${described} placeholder=${schema.default} value=${value ?? ""} onInput=${text} />`;
}

function Lines({ value = [], onChange, described }) {
  const [typed, setTyped] = useState(value.join("\n"));
  const change = (event) => {
    setTyped(event.target.value);
    const lines = event.target.value.split("\n").map((line) => line.trim()).filter(Boolean);
    onChange(lines.length ? lines : undefined);
  };
  return html`<textarea rows="2" ...${described} placeholder=${t("form.lines")} value=${typed} onInput=${change}></textarea>`;
}

/** What is no JSON yet is sent as it stands, and refused by the API beside the field. */
function JsonText({ value, onChange, described }) {
  const [typed, setTyped] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const change = (event) => {
    setTyped(event.target.value);
    try {
      onChange(event.target.value.trim() ? JSON.parse(event.target.value) : undefined);
    } catch {
      onChange(event.target.value);
    }
  };
  return html`<textarea rows="3" class="mono" ...${described} placeholder="{}" value=${typed} onInput=${change}></textarea>`;
}
