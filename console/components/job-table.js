// The jobs as rows; on a narrow screen each row becomes a card.
import { html } from "../vendor/preact.js";
import { ago, lasted, moment, shortId } from "../format.js";
import { t, tOr } from "../i18n.js";
import { useNow } from "../live.js";
import { ProgressBar, Status } from "./status.js";

export function JobTable({ jobs, loading }) {
  const now = useNow(jobs.length > 0);
  if (loading) return html`<p class="muted" role="status">${t("loading")}</p>`;
  if (!jobs.length) return html`<p class="empty">${t("jobs.none")}</p>`;
  return html`
    <table class="jobs">
      <thead>
        <tr>
          <th scope="col">${t("job.status")}</th>
          <th scope="col">${t("job.type")}</th>
          <th scope="col">${t("job.what")}</th>
          <th scope="col">${t("job.step")}</th>
          <th scope="col">${t("job.created")}</th>
          <th scope="col" class="number">${t("job.lasted")}</th>
        </tr>
      </thead>
      <tbody>
        ${jobs.map((job) => html`<${Row} key=${job.job_id} job=${job} now=${now} />`)}
      </tbody>
    </table>
  `;
}

function Row({ job, now }) {
  return html`
    <tr>
      <td><${Status} of=${job.status} live=${job.status === "RUNNING"} /></td>
      <td>${tOr(`type.${job.type}`, job.type)}</td>
      <td class="what">
        <a href="#/jobs/${job.job_id}">${subject(job)}</a>
        <span class="muted mono">${shortId(job.job_id)}</span>
        ${job.tags.map((tag) => html`<a key=${tag} class="tag" href="#/jobs?tag=${encodeURIComponent(tag)}">${tag}</a>`)}
      </td>
      <td><${Doing} job=${job} /></td>
      <td title=${moment(job.created_at)}>${ago(job.created_at, now)}</td>
      <td class="number">${lasted(job.started_at, job.finished_at, now)}</td>
    </tr>
  `;
}

function Doing({ job }) {
  if (job.status === "RUNNING") {
    return html`<span class="doing">${job.current_step ?? "…"} <${ProgressBar} progress=${job.progress} /></span>`;
  }
  if (job.status === "SCHEDULED") return html`<span title=${moment(job.run_at)}>${t("job.due", { when: moment(job.next_attempt_at ?? job.run_at) })}</span>`;
  if (job.error) return html`<span class="cut" title=${job.error.message}>${tOr(`error.${job.error.code}`, job.error.code)}</span>`;
  return html`<span class="muted">${job.current_step ?? ""}</span>`;
}

/** What the job is about, in a few words of its params. */
export function subject(job) {
  const { topic, text, prompt } = job.params;
  return topic ?? text ?? prompt ?? tOr(`type.${job.type}`, job.type);
}
