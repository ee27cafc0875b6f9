// One job: what it does in its state machine, its runs, its log, its files, and what can be done with it.
import { html, useEffect, useState } from "../vendor/preact.js";
import { get } from "../api.js";
import { Artifacts } from "../components/artifacts.js";
import { Deliveries } from "../components/deliveries.js";
import { JobActions } from "../components/job-actions.js";
import { JobFacts } from "../components/job-facts.js";
import { Log } from "../components/log.js";
import { RunGraph } from "../components/run-graph.js";
import { Timeline } from "../components/timeline.js";
import { Trouble } from "../components/trouble.js";
import { t } from "../i18n.js";
import { useJob } from "../live.js";

export function Page({ route }) {
  const { job, error, refresh } = useJob(route.id);
  const runs = useRuns(job);
  const [chosen, setChosen] = useState(null);
  if (!job) return error ? html`<${Trouble} error=${error} />` : html`<p class="muted" role="status">${t("loading")}</p>`;

  const run = runs.find((one) => one.run_id === chosen) ?? runs[0] ?? null;
  return html`
    <${JobFacts} job=${job} />
    <${Trouble} error=${error} />
    <${JobActions} job=${job} run=${run} onChange=${refresh} />
    <${RunGraph} job=${job} run=${run} latest=${run === runs[0]} onChange=${refresh} />
    <${Timeline} runs=${runs} chosen=${run} onChoose=${setChosen} />
    <div class="columns">
      <${Artifacts} artifacts=${(run ?? job).artifacts} steps=${run?.steps ?? []} />
      <${Log} key=${run?.run_id} job=${job} run=${run} />
    </div>
    ${job.webhook && html`<${Deliveries} path=${`/jobs/${job.job_id}`} webhook=${job.webhook} />`}
  `;
}

/** The job's runs, read again whenever the job has changed. */
function useRuns(job) {
  const [runs, setRuns] = useState([]);
  useEffect(() => {
    if (!job?.attempts && !job?.current_run_id) return undefined;
    let shown = true;
    get(`/jobs/${job.job_id}/runs`).then((page) => shown && setRuns(page.runs), () => {});
    return () => (shown = false);
  }, [job?.job_id, job?.version]);
  return runs;
}
