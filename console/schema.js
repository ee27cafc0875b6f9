// The API's own description of what may be asked for, from which forms are made.
import { get } from "./api.js";
import { worded } from "./refusals.js";

let loading;

/** The schemas of the OpenAPI document, loaded once. */
export function schemas() {
  loading ??= get("/openapi.json").then((document) => document.components.schemas);
  loading.catch(() => (loading = undefined));
  return loading;
}

/** Job type → schema of a request for one. */
export function jobTypes(all) {
  const requests = Object.values(all).filter((schema) => schema.title?.endsWith("JobRequest") && schema.properties?.type?.const);
  return Object.fromEntries(requests.map((schema) => [schema.properties.type.const, schema]));
}

/** The schema itself, with references followed and "or null" taken away: leaving a field empty says that. */
export function resolved(schema, all) {
  if (schema.$ref) return resolved({ ...all[schema.$ref.split("/").at(-1)], ...without(schema, "$ref") }, all);
  const kinds = schema.anyOf?.filter((kind) => kind.type !== "null");
  if (kinds?.length === 1) return resolved({ ...kinds[0], ...without(schema, "anyOf") }, all);
  return schema;
}

const without = (schema, name) => Object.fromEntries(Object.entries(schema).filter(([key]) => key !== name));

/** The value without what was left empty. */
export function filled(value) {
  if (Array.isArray(value) || value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([name, part]) => [name, filled(part)])
    .filter(([, part]) => part !== undefined && part !== "");
  return entries.length ? Object.fromEntries(entries) : undefined;
}

/** Errors of a 422 by the path of their field, such as "params.topic"; what comes before it is not of the form. */
export function errorsByPath(errors, ...before) {
  const skipped = new Set(["body", ...before]);
  const paths = new Map();
  for (const { loc, msg } of errors) {
    const start = loc.findIndex((part) => !skipped.has(part));
    const path = start < 0 ? "" : loc.slice(start).join(".");
    paths.set(path, [...(paths.get(path) ?? []), worded(msg)]);
  }
  return paths;
}
