// What the job's program printed, line by line, as text; while it runs, what it prints now.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { get, query } from "../api.js";
import { t } from "../i18n.js";

const SHOWN_AT_MOST = 5000;
const TAIL = 1000;
const EVERY_MS = 1500;

export function Log({ job, run }) {
  const { lines, error } = useLines(job.job_id, run?.run_id);
  const box = useRef(null);
  const follows = useRef(true);
  // Who has scrolled up reads, and is left there.
  const scrolled = () => (follows.current = box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < 24);
  useLayoutEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return html`
    <section class="card" aria-labelledby="log-title">
      <h2 id="log-title">${t("log")}</h2>
      ${lines.length
        ? html`<pre class="log" role="log" tabindex="0" aria-labelledby="log-title" ref=${box} onScroll=${scrolled}>${lines.join("\n")}</pre>`
        : html`<p class="muted">${error?.message ?? t("log.empty")}</p>`}
    </section>
  `;
}

function useLines(jobId, runId) {
  const [state, setState] = useState({ lines: [], error: null });
  useEffect(() => {
    if (!runId) return undefined;
    let timer;
    let token = null;
    let shown = true;
    const read = async () => {
      try {
        const page = document.hidden ? null : await get(`/jobs/${jobId}/logs${query({ run_id: runId, next_token: token, tail: token ? null : TAIL })}`);
        if (!shown) return;
        if (page?.lines.length) setState((before) => ({ lines: [...before.lines, ...page.lines].slice(-SHOWN_AT_MOST), error: null }));
        if (page && !page.next_token) return;
        token = page?.next_token ?? token;
      } catch (error) {
        if (!shown) return;
        setState((before) => ({ ...before, error }));
      }
      timer = setTimeout(read, EVERY_MS);
    };
    read();
    return () => {
      shown = false;
      clearTimeout(timer);
    };
  }, [jobId, runId]);
  return state;
}
