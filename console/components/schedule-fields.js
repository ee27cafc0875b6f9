// When a job is made again and again, with the next times at which that would be.
import { html } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Upcoming } from "./upcoming.js";

const ZONES = Intl.supportedValuesOf("timeZone");

export function ScheduleFields({ value, onChange, errors }) {
  const text = (name) => (event) => onChange({ ...value, [name]: event.target.value });
  const kind = value.rate === undefined ? "cron" : "rate";
  const changeKind = (event) => {
    const { cron, rate, ...rest } = value;
    onChange(event.target.value === "cron" ? { ...rest, cron: "0 8 ? * MON-FRI *" } : { ...rest, rate: "1 hour" });
  };
  return html`
    <fieldset>
      <legend>${t("new.schedule")}</legend>
      <div class="fields">
        <${Text} name="name" label=${t("schedule.name")} value=${value.name} onInput=${text("name")} wrong=${errors.get("name")} />
        <label class="field">
          <span>${t("schedule.kind")}</span>
          <select value=${kind} onChange=${changeKind}>
            <option value="cron">${t("schedule.cron")}</option>
            <option value="rate">${t("schedule.rate")}</option>
          </select>
        </label>
        <${Text} name=${kind} label=${t(`schedule.${kind}`)} hint=${t(`schedule.${kind}-hint`)} value=${value[kind]} onInput=${text(kind)} wrong=${errors.get(kind)} />
        ${kind === "cron" &&
        html`<label class="field">
          <span>${t("schedule.timezone")}</span>
          <select value=${value.timezone} onChange=${text("timezone")}>
            ${[...new Set(["UTC", value.timezone, ...ZONES])].map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </label>`}
        <label class="field">
          <span>${t("schedule.overlap")}</span>
          <select value=${value.overlap ?? "skip"} onChange=${text("overlap")}>
            <option value="skip">${t("schedule.overlap-skip")}</option>
            <option value="allow">${t("schedule.overlap-allow")}</option>
          </select>
        </label>
        <div class="field"><span class="name">${t("schedule.upcoming")}</span><${Upcoming} schedule=${value} /></div>
      </div>
    </fieldset>
  `;
}

function Text({ name, label, hint, wrong, ...input }) {
  return html`
    <label class="field">
      <span>${label} <span class="needed">*</span></span>
      <input name=${name} autocomplete="off" aria-invalid=${wrong ? "true" : null} ...${input} />
      ${wrong && html`<p class="wrong">${wrong.join(" ")}</p>`}
      ${hint && html`<small>${hint}</small>`}
    </label>
  `;
}
