// Asks for a job: now, at a time, again and again, or several at once.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Refused } from "../api.js";
import { BatchTray } from "../components/batch-tray.js";
import { SchemaForm } from "../components/schema-form.js";
import { ScheduleFields } from "../components/schedule-fields.js";
import { Trouble } from "../components/trouble.js";
import { zone } from "../format.js";
import { t, tOr } from "../i18n.js";
import { go } from "../router.js";
import { errorsByPath, filled, jobTypes, schemas } from "../schema.js";
import { sendJob, sendSchedule } from "../submit.js";

const MODES = ["now", "later", "batch", "schedule"];
// The old names of webhook.url and webhook.events; type and params have places of their own here, as has run_at.
const LEFT_OUT = ["type", "params", "run_at", "webhook_url", "webhook_events"];

export function Page({ route }) {
  const [all, setAll] = useState(null);
  const [failed, setFailed] = useState(null);
  useEffect(() => {
    schemas().then(setAll, setFailed);
  }, []);
  if (failed) return html`<${Trouble} error=${failed} />`;
  if (!all) return html`<p class="muted" role="status">${t("loading")}</p>`;
  const mode = route.filter.get("mode") ?? "now";
  return html`<${Form} key=${mode} all=${all} mode=${mode} />`;
}

function Form({ all, mode: first }) {
  const types = jobTypes(all);
  const [mode, setMode] = useState(first);
  const [type, setType] = useState("story");
  const [params, setParams] = useState({});
  const [options, setOptions] = useState({});
  const [runAt, setRunAt] = useState("");
  const [schedule, setSchedule] = useState({ timezone: zone, cron: "0 8 ? * MON-FRI *" });
  const [tray, setTray] = useState([]);
  const [{ busy, error }, setState] = useState({});
  const form = useRef(null);
  const request = types[type];
  const errors = errorsByPath(error?.errors ?? [], "job", type);
  const job = () => ({ type, params: {}, ...filled({ ...options, params }) });

  const choose = (event) => {
    setType(event.target.value);
    setParams({});
    setState({});
  };
  const submit = async (event) => {
    event.preventDefault();
    if (mode === "batch") return setTray([...tray, job()]);
    setState({ busy: true });
    try {
      go(mode === "schedule" ? await sendSchedule(schedule, job()) : await sendJob(job(), mode === "later" ? runAt : null));
    } catch (reason) {
      setState({ error: reason });
    }
  };
  // Whoever sent the form wrongly is led to the first wrong field.
  useEffect(() => {
    if (error instanceof Refused) form.current.querySelector('[aria-invalid="true"]')?.focus();
  }, [error]);

  return html`
    <h1>${t("nav.new")}</h1>
    <div class="tabs" role="group" aria-label=${t("new.when")}>
      ${MODES.map((name) => html`<button key=${name} type="button" aria-pressed=${mode === name} onClick=${() => setMode(name)}>${t(`new.${name}`)}</button>`)}
    </div>
    <form class="form card" novalidate onSubmit=${submit} ref=${form}>
      <label class="field">
        <span>${t("job.type")}</span>
        <select name="type" value=${type} onChange=${choose}>
          ${Object.keys(types).map((name) => html`<option key=${name} value=${name}>${tOr(`type.${name}`, name)}</option>`)}
        </select>
      </label>
      <${SchemaForm} key=${type} schema=${all[`${capital(type)}Params`]} all=${all} value=${params} onChange=${setParams} errors=${errors} path="params" />
      ${mode === "later" && html`<${RunAt} value=${runAt} onChange=${setRunAt} wrong=${errors.get("run_at")} />`}
      ${mode === "schedule" && html`<${ScheduleFields} value=${schedule} onChange=${setSchedule} errors=${errors} />`}
      <details open=${[...errors.keys()].some((path) => path && !path.startsWith("params"))}>
        <summary>${t("new.options")}</summary>
        <${SchemaForm} schema=${request} all=${all} value=${options} onChange=${setOptions} errors=${errors} leftOut=${LEFT_OUT} />
      </details>
      <${Trouble} error=${error} marked />
      <div class="actions"><button class="primary" disabled=${busy}>${t(`new.send-${mode}`)}</button></div>
    </form>
    ${mode === "batch" && html`<${BatchTray} jobs=${tray} onChange=${setTray} />`}
  `;
}

const capital = (name) => name[0].toUpperCase() + name.slice(1);

function RunAt({ value, onChange, wrong }) {
  return html`
    <label class="field">
      <span>${t("new.run-at", { zone })}</span>
      <input type="datetime-local" name="run_at" value=${value} aria-invalid=${wrong ? "true" : null} onInput=${(event) => onChange(event.target.value)} />
      ${wrong && html`<p class="wrong">${wrong.join(" ")}</p>`}
      ${value && html`<small>UTC: ${new Date(value).toISOString()}</small>`}
    </label>
  `;
}
