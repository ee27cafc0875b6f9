// What the scheduler does, and the switch that stops it.
import { html, useEffect, useState } from "../vendor/preact.js";
import { get, post } from "../api.js";
import { moment, shortId } from "../format.js";
import { t } from "../i18n.js";
import { useLive } from "../live.js";
import { Action } from "./action.js";
import { subject } from "./job-table.js";
import { Status } from "./status.js";

const SCHEDULED_SHOWN = 3;

/** `changed` is whatever the list shows: when that is other than before, the figures may be, too. */
export function SchedulerPanel({ changed }) {
  const { data: status, refresh } = useLive("/scheduler/status", 10);
  const [config, setConfig] = useState(null);
  const [scheduled, setScheduled] = useState([]);
  useEffect(() => {
    get("/scheduler/config").then(setConfig, () => setConfig(null));
  }, []);
  useEffect(() => changed && refresh(), [changed]);
  useEffect(() => {
    if (!status?.scheduled_count) setScheduled([]);
    else get("/jobs?status=SCHEDULED&limit=50&view=current").then((page) => setScheduled(soonest(page.jobs)), () => {});
  }, [status]);

  if (!status) return html`<section class="scheduler" aria-hidden="true"></section>`;
  const state = status.scheduler_running ? "started" : status.draining ? "draining" : "stopped";
  const change = (path) => async () => {
    await post(`/scheduler/${path}`);
    refresh();
  };
  const { cumulative_stats: sums } = status;
  const more = status.capped ? "+" : "";
  return html`
    <section class="scheduler" aria-label=${t("scheduler")}>
      <div class="switch">
        <span class="muted">${t("scheduler")}</span>
        <${Status} of=${state} live=${state !== "stopped"} />
        ${status.scheduler_running
          ? html`<${Action} key="stop" act=${change("stop")}>${t("scheduler.stop")}<//>`
          : html`<${Action} key="start" kind="primary" act=${change("start")}>${t("scheduler.start")}<//>`}
      </div>
      <dl class="figures">
        <${Figure} name="running" value=${status.running_job_ids.length} of=${config?.max_concurrency} />
        <${Figure} name="queued" value=${status.queue_length + more} />
        <${Figure} name="scheduled" value=${status.scheduled_count + more} />
        <${Figure} name="succeeded" value=${sums.succeeded} />
        <${Figure} name="failed" value=${sums.failed} />
        <${Figure} name="cancelled" value=${sums.cancelled} />
      </dl>
      <div class="now">
        ${status.running_job_ids.length > 0 &&
        html`<p>
          <span class="muted">${t("scheduler.now")}</span>
          ${status.running_job_ids.slice(0, 8).map((id) => html`<a key=${id} class="mono chip" href="#/jobs/${id}">${shortId(id)}</a>`)}
        </p>`}
        ${scheduled.length > 0 &&
        html`<p>
          <span class="muted">${t("scheduler.next")}</span>
          ${scheduled.map((job) => html`<a key=${job.job_id} class="chip" href="#/jobs/${job.job_id}">${subject(job)} · ${moment(due(job))}</a>`)}
        </p>`}
      </div>
    </section>
  `;
}

const due = (job) => job.next_attempt_at ?? job.run_at;
const soonest = (jobs) => jobs.toSorted((a, b) => due(a).localeCompare(due(b))).slice(0, SCHEDULED_SHOWN);

function Figure({ name, value, of }) {
  return html`<div><dt>${t(`figure.${name}`)}</dt><dd>${value}${of !== undefined && html`<small> / ${of}</small>`}</dd></div>`;
}
