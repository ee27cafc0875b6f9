// What makes jobs again and again.
import { html, useState } from "../vendor/preact.js";
import { patch, post, remove } from "../api.js";
import { Action } from "../components/action.js";
import { subject } from "../components/job-table.js";
import { Status } from "../components/status.js";
import { Trouble } from "../components/trouble.js";
import { Upcoming } from "../components/upcoming.js";
import { ago, moment, shortId } from "../format.js";
import { t, tOr } from "../i18n.js";
import { useLive } from "../live.js";
import { go } from "../router.js";

export function Page() {
  const { data, error, refresh } = useLive("/schedules?limit=100", 5);
  const schedules = data?.schedules ?? [];
  return html`
    <div class="bar">
      <h1>${t("nav.schedules")}</h1>
      <a class="button primary" href="#/new?mode=schedule">${t("schedules.new")}</a>
    </div>
    <${Trouble} error=${error} />
    ${data && !schedules.length && html`<p class="empty">${t("schedules.none")}</p>`}
    ${schedules.map((schedule) => html`<${Schedule} key=${schedule.schedule_id} schedule=${schedule} onChange=${refresh} />`)}
  `;
}

function Schedule({ schedule, onChange }) {
  const [open, setOpen] = useState(false);
  const path = `/schedules/${schedule.schedule_id}`;
  const enable = async () => {
    await patch(path, { enabled: !schedule.enabled });
    onChange();
  };
  const trigger = async () => go(`/jobs/${(await post(`${path}/trigger`)).job_id}`);
  const drop = async () => {
    if (!confirm(t("schedules.sure", { name: schedule.name }))) return;
    await remove(path);
    onChange();
  };
  return html`
    <section class="card" aria-label=${schedule.name}>
      <div class="bar">
        <h2>${schedule.name}</h2>
        <${Status} of=${schedule.enabled ? "enabled" : "disabled"} />
      </div>
      <dl class="facts">
        <div><dt>${t("job.what")}</dt><dd>${tOr(`type.${schedule.job.type}`, schedule.job.type)} · ${subject({ params: {}, ...schedule.job })}</dd></div>
        <div><dt>${t("schedules.when")}</dt><dd><span class="mono">${schedule.cron ?? schedule.rate}</span> ${schedule.cron && schedule.timezone}</dd></div>
        <div><dt>${t("schedules.next")}</dt><dd title=${ago(schedule.next_trigger_at)}>${moment(schedule.next_trigger_at)}</dd></div>
        ${schedule.last_job_id && html`<div><dt>${t("schedules.last")}</dt><dd><a class="mono" href="#/jobs/${schedule.last_job_id}">${shortId(schedule.last_job_id)}</a></dd></div>`}
      </dl>
      <details onToggle=${(event) => setOpen(event.target.open)}>
        <summary>${t("schedule.upcoming")}</summary>
        ${open && html`<${Upcoming} schedule=${schedule} />`}
      </details>
      <div class="actions">
        <${Action} act=${trigger}>${t("schedules.trigger")}<//>
        <${Action} act=${enable}>${t(schedule.enabled ? "schedules.disable" : "schedules.enable")}<//>
        <${Action} kind="danger" act=${drop}>${t("delete")}<//>
      </div>
    </section>
  `;
}
