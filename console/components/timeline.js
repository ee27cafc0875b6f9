// The attempts at a job, each with its steps, on one scale of time.
import { html } from "../vendor/preact.js";
import { lasted, moment } from "../format.js";
import { t, tOr } from "../i18n.js";
import { useNow } from "../live.js";
import { Status } from "./status.js";

export function Timeline({ runs, chosen, onChoose }) {
  const now = useNow(runs.some((run) => !run.finished_at));
  if (!runs.length) return null;
  const longest = Math.max(...runs.map((run) => span(run.started_at, run.finished_at, now)), 1);
  return html`
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">${t("runs")}</h2>
      <ol class="timeline">
        ${runs.map((run) => html`<${Run} key=${run.run_id} run=${run} now=${now} longest=${longest}
          chosen=${run === chosen} onChoose=${() => onChoose(run.run_id)} />`)}
      </ol>
    </section>
  `;
}

const span = (from, to, now) => (to ? Date.parse(to) : now) - Date.parse(from);

function Run({ run, now, longest, chosen, onChoose }) {
  const share = (milliseconds) => `${Math.max(0, (100 * milliseconds) / longest)}%`;
  return html`
    <li>
      <button type="button" class="run" aria-pressed=${chosen} onClick=${onChoose}>
        <span class="about">
          <b>${t("runs.attempt", { number: run.attempt })}</b>
          <${Status} of=${run.status} live=${!run.finished_at} />
          <span class="muted">${moment(run.started_at)} · ${lasted(run.started_at, run.finished_at, now)}</span>
          ${run.error && html`<span class="cut">${tOr(`error.${run.error.code}`, run.error.code)}</span>`}
        </span>
        <span class="track" aria-hidden="true">
          <span class="bar-of-run" style=${{ width: share(span(run.started_at, run.finished_at, now)) }}></span>
          ${run.steps
            .filter((step) => step.started_at)
            .map((step) => html`<span
              key=${`${step.name}/${step.iteration}`}
              class=${`step ${step.status}`}
              title=${`${step.name} · ${lasted(step.started_at, step.finished_at, now)}`}
              style=${{ left: share(Date.parse(step.started_at) - Date.parse(run.started_at)), width: share(span(step.started_at, step.finished_at, now)) }}
              ><i>${step.name}</i></span>`)}
        </span>
      </button>
    </li>
  `;
}
