// All jobs, as they are now, beside what the scheduler does.
import { html, useEffect, useState } from "../vendor/preact.js";
import { get, query } from "../api.js";
import { JobFilters } from "../components/job-filters.js";
import { JobTable } from "../components/job-table.js";
import { SchedulerPanel } from "../components/scheduler-panel.js";
import { Trouble } from "../components/trouble.js";
import { t } from "../i18n.js";
import { useLive } from "../live.js";

const PAGE = 50;

export function Page({ route }) {
  const filter = Object.fromEntries(route.filter);
  const { id = "", ...asked } = filter;
  const path = `/jobs${query({ ...asked, limit: PAGE, view: "current" })}`;
  const { data, error, refresh } = useLive(path);
  const [older, setOlder] = useState({ jobs: [], next: null });
  useEffect(() => setOlder({ jobs: [], next: null }), [path]);

  const next = older.jobs.length ? older.next : data?.next_token;
  const showOlder = async () => {
    const page = await get(`/jobs${query({ ...asked, limit: PAGE, view: "current", next_token: next })}`);
    setOlder((before) => ({ jobs: [...before.jobs, ...page.jobs], next: page.next_token }));
  };
  const shown = data?.jobs ?? [];
  const known = new Set(shown.map((job) => job.job_id));
  const jobs = [...shown, ...older.jobs.filter((job) => !known.has(job.job_id))].filter((job) => job.job_id.includes(id));

  return html`
    <h1 class="visually-hidden">${t("nav.jobs")}</h1>
    <${SchedulerPanel} changed=${data} />
    <section aria-label=${t("nav.jobs")}>
      <div class="bar">
        <${JobFilters} filter=${filter} />
        <a class="button primary" href="#/new">${t("nav.new")}</a>
      </div>
      <${Trouble} error=${error} />
      <${JobTable} jobs=${jobs} loading=${!data && !error} onChange=${refresh} />
      ${next && html`<button type="button" class="more" onClick=${showOlder}>${t("jobs.older")}</button>`}
    </section>
  `;
}
