// The fields of an object's schema, with what the API found wrong beside each.
import { html } from "../vendor/preact.js";
import { t, tOr } from "../i18n.js";
import { resolved } from "../schema.js";
import { Field } from "./field.js";

const LONG = 300;

/** `errors` are by path; `path` is the one of this object. */
export function SchemaForm({ schema, all, value = {}, onChange, errors, path = "", leftOut = [] }) {
  const change = (name) => (part) => onChange({ ...value, [name]: part });
  const names = Object.keys(schema.properties).filter((name) => !leftOut.includes(name));
  const needed = new Set(schema.required ?? []);
  // What is asked for comes before what may be.
  names.sort((a, b) => needed.has(b) - needed.has(a));
  return html`
    <div class="fields">
      ${names.map((name) => {
        const part = resolved(schema.properties[name], all);
        const place = path ? `${path}.${name}` : name;
        if (part.properties) {
          return html`
            <details class="wide" key=${name} open=${[...errors.keys()].some((wrong) => wrong.startsWith(place))}>
              <summary>${tOr(`field.${name}`, readable(name))}</summary>
              <${SchemaForm} schema=${part} all=${all} value=${value[name]} onChange=${change(name)} errors=${errors} path=${place} />
            </details>
          `;
        }
        return html`<${Field} key=${name} label=${tOr(`field.${name}`, readable(name))} hint=${tOr(`hint.${name}`, part.description)}
          schema=${part} needed=${needed.has(name)} value=${value[name]} onChange=${change(name)}
          wrong=${errors.get(place) ?? errors.get(`${place}.0`)} name=${place} wide=${part.maxLength > LONG || part.type === "array"} />`;
      })}
      ${!names.length && html`<p class="muted">${t("form.nothing")}</p>`}
    </div>
  `;
}

const readable = (name) => (name[0].toUpperCase() + name.slice(1)).replaceAll("_", " ");
