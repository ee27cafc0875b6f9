// What is shown as it changes: asked for again and again while somebody looks.
import { useEffect, useState } from "./vendor/preact.js";
import { Refused, send } from "./api.js";

const ENDED = new Set(["COMPLETED", "FAILED", "CANCELLED", "SKIPPED"]);
const WAIT_SECONDS = 20;
// Longer than the longest wait: an answer that has not come by then is not on its way.
const PATIENCE_MS = 35_000;

export const hasEnded = (job) => ENDED.has(job.status);

const wasLost = (signal) => signal.reason?.name === "TimeoutError";

/** Calls `ask(signal)` now and then every `seconds` that it gives, while the page is visible. */
function useAsking(ask, inputs) {
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let timer;
    let asking;
    const stop = () => {
      clearTimeout(timer);
      asking?.abort();
      asking = null;
    };
    const round = async () => {
      if (document.hidden) return;
      const mine = (asking = new AbortController());
      const seconds = await ask(AbortSignal.any([mine.signal, AbortSignal.timeout(PATIENCE_MS)]));
      if (asking === mine && seconds) timer = setTimeout(round, seconds * 1000);
    };
    const look = () => {
      stop();
      round();
    };
    document.addEventListener("visibilitychange", look);
    round();
    return () => {
      document.removeEventListener("visibilitychange", look);
      stop();
    };
  }, [...inputs, again]);
  return () => setAgain((times) => times + 1);
}

/** A resource, asked for every few seconds, and sent only when it has changed: {data, error, refresh}. */
export function useLive(path, seconds = 2) {
  const [state, setState] = useState({ path: null, data: null, error: null });
  const [known] = useState({ path: null, etag: null });
  const refresh = useAsking(
    async (signal) => {
      if (!path) return 0;
      if (known.path !== path) Object.assign(known, { path, etag: null });
      try {
        const response = await send("GET", path, { etag: known.etag, signal });
        if (response.status !== 304) {
          const data = await response.json();
          known.etag = response.headers.get("ETag");
          setState({ path, data, error: null });
        } else {
          setState((before) => (before.error ? { ...before, error: null } : before));
        }
      } catch (error) {
        if (signal.aborted) return wasLost(signal) ? 1 : 0;
        setState((before) => ({ ...(before.path === path ? before : { path, data: null }), error }));
        if (error instanceof Refused && error.status === 404) return 0;
      }
      return seconds;
    },
    [path, seconds],
  );
  return { data: state.path === path ? state.data : null, error: state.error, refresh };
}

/** A job, known within moments of each change: a long poll while it may change, a conditional one after. */
export function useJob(id) {
  const path = `/jobs/${encodeURIComponent(id)}`;
  const [state, setState] = useState({ job: null, error: null });
  const [known] = useState({ id: null, job: null });
  const refresh = useAsking(
    async (signal) => {
      if (known.id !== id) Object.assign(known, { id, job: null });
      const job = known.job;
      const waits = job && !hasEnded(job);
      try {
        const response = waits
          ? await send("GET", `${path}/wait?view=current&since_version=${job.version}&timeout=${WAIT_SECONDS}`, { signal })
          : await send("GET", `${path}?view=current`, { signal, etag: job && `"${job.version}"` });
        if (response.status === 200) {
          known.job = await response.json();
          setState({ job: known.job, error: null });
        }
        return hasEnded(known.job) ? 5 : 0.1;
      } catch (error) {
        if (signal.aborted) return wasLost(signal) ? 1 : 0;
        // Too many wait: ask as one who does not wait.
        if (waits && error.status === 429) known.job = null;
        else setState((before) => ({ ...before, error }));
        return error.status === 404 ? 0 : 3;
      }
    },
    [id],
  );
  return { ...state, refresh };
}

/** The time, every second while `running`: for what lasts. */
export function useNow(running) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
