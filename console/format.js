// Times, durations and sizes as people read them.
import { language } from "./i18n.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function moment(iso) {
  if (!iso) return "–";
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

/** To the minute, for what is still to come. */
export function minute(iso) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function ago(iso, now = Date.now()) {
  if (!iso) return "–";
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const far = Math.abs(seconds);
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" });
  if (far < MINUTE) return relative.format(seconds, "second");
  if (far < HOUR) return relative.format(Math.round(seconds / MINUTE), "minute");
  if (far < DAY) return relative.format(Math.round(seconds / HOUR), "hour");
  return relative.format(Math.round(seconds / DAY), "day");
}

export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) return "–";
  const seconds = milliseconds / 1000;
  if (seconds < MINUTE) return `${seconds.toFixed(1)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} m ${Math.round(seconds % MINUTE)} s`;
  return `${Math.floor(seconds / HOUR)} h ${Math.round((seconds % HOUR) / MINUTE)} m`;
}

/** From one time to another, or to now while there is no end. */
export function lasted(from, to, now = Date.now()) {
  // The visitor's clock may be behind the API's.
  return from ? duration(Math.max(0, (to ? Date.parse(to) : now) - Date.parse(from))) : "–";
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export const shortId = (id) => id.slice(0, 8);
