// The state machine as a graph, with what a run did in it; beside it, the state that was chosen.
import { html, useEffect, useState } from "../vendor/preact.js";
import { get, query } from "../api.js";
import { t } from "../i18n.js";
import { Graph } from "./graph.js";
import { NodeDetails } from "./node-details.js";
import { Trouble } from "./trouble.js";

export function RunGraph({ job, run, latest, onChange }) {
  const [{ graph, error }, setState] = useState({});
  const [chosen, setChosen] = useState(null);
  useEffect(() => {
    let shown = true;
    get(`/jobs/${job.job_id}/graph${query({ run_id: latest ? null : run?.run_id })}`).then(
      (drawn) => shown && setState({ graph: drawn }),
      (reason) => shown && setState((before) => ({ ...before, error: reason })),
    );
    return () => (shown = false);
  }, [job.job_id, job.version, run?.run_id]);

  const node = graph?.nodes.find((one) => one.id === chosen) ?? current(graph, job);
  return html`
    <section class="card" aria-labelledby="graph-title">
      <h2 id="graph-title">${t("graph")}</h2>
      <${Trouble} error=${error} />
      ${graph
        ? html`<div class="graph">
            <${Graph} graph=${graph} chosen=${node?.id} onChoose=${setChosen} />
            ${node && html`<${NodeDetails} key=${node.id} node=${node} job=${job} onChange=${onChange} />`}
          </div>`
        : html`<p class="muted">${t("loading")}</p>`}
    </section>
  `;
}

/** What the job waits for, else where the run is, else where it failed, else where it begins. */
function current(graph, job) {
  if (graph && job.status === "WAITING") return waitedFor(graph, job);
  const worth = (node) => ["failed", "running", "succeeded"].indexOf(node.status);
  const seen = (graph?.nodes ?? []).filter((node) => worth(node) >= 0 && node.step);
  return seen.findLast((node) => worth(node) < 2) ?? seen.at(-1) ?? graph?.nodes.find((node) => node.starts);
}

/** The step after the one that was done last. */
function waitedFor(graph, job) {
  const steps = graph.nodes.filter((node) => node.step);
  const last = steps.findIndex((node) => node.step === job.current_step);
  return steps[job.step_status === "done" ? last + 1 : Math.max(last, 0)];
}
