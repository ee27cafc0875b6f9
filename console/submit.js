// Sends what a form asks for, and says where to look then. One key per sending: a click too many makes nothing twice.
import { post } from "./api.js";
import { filled } from "./schema.js";

const once = () => ({ headers: { "Idempotency-Key": crypto.randomUUID() } });

/** `localTime` is of the visitor's clock, "2026-01-31T08:00". */
export async function sendJob(job, localTime) {
  const body = localTime ? { ...job, run_at: new Date(localTime).toISOString() } : job;
  return `/jobs/${(await post("/jobs", body, once())).job_id}`;
}

export async function sendSchedule(schedule, job) {
  await post("/schedules", { ...filled(schedule), job }, once());
  return "/schedules";
}

/** What became of it, with what was refused of it in `rejected`. */
export const sendBatch = (jobs) => post("/jobs/batch/trigger", { jobs }, once());
