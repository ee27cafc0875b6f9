// What the scheduler does, and the switch that stops it.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { get, post } from "../api.js";
import { minute, shortId } from "../format.js";
import { t, tOr } from "../i18n.js";
import { useLive } from "../live.js";
import { Action } from "./action.js";
import { Status } from "./status.js";

/** `changed` is whatever the list shows: when that is other than before, the figures may be, too. */
export function SchedulerPanel({ changed }) {
  const { data: status, refresh } = useLive("/scheduler/status", 10);
  const [config, setConfig] = useState(null);
  useEffect(() => {
    get("/scheduler/config").then(setConfig, () => setConfig(null));
  }, []);
  const before = useRef(null);
  useEffect(() => {
    if (before.current && changed) refresh();
    before.current = changed;
  }, [changed]);

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
        ${status.scheduled_next.length > 0 &&
        html`<p>
          <span class="muted">${t("scheduler.next")}</span>
          ${status.scheduled_next.map((job) => html`<a key=${job.job_id} class="chip" href="#/jobs/${job.job_id}">${tOr(`type.${job.type}`, job.type)} · ${minute(job.due_at)}</a>`)}
        </p>`}
      </div>
    </section>
  `;
}

function Figure({ name, value, of }) {
  return html`<div><dt>${t(`figure.${name}`)}</dt><dd>${value}${of !== undefined && html`<small> / ${of}</small>`}</dd></div>`;
}
