// What the API says of a wrong value, in the visitor's language as far as it has words for it, else as the API puts it.
import { tOr } from "./i18n.js";

const KINDS = [
  [/^Field required$/, "missing"],
  [/^Input should be greater than or equal to (?<limit>\S+)$/, "at-least"],
  [/^Input should be less than or equal to (?<limit>\S+)$/, "at-most"],
  [/^(?:String|List) should have at least (?<limit>\d+)/, "longer"],
  [/^(?:String|List) should have at most (?<limit>\d+)/, "shorter"],
  [/^Input should be a valid (?:integer|number)/, "number"],
  [/^Input should be a valid string$/, "text"],
  [/^Input should be a valid (?:dictionary|object)/, "object"],
  [/^Input should be (?<choices>'.+')$/, "one-of"],
  [/^String should match pattern/, "form"],
  [/^cron has 6 fields/, "cron"],
  [/is no cron expression of EventBridge/, "cron"],
  [/^a rate is a positive number/, "rate"],
  [/^name one of prompt, image_url and image_artifact/, "image-missing"],
  [/^name image_url or image_artifact, not both$|^name image_artifact or image_url, not both$/, "image-twice"],
  [/^name source_url or source_text, not both$/, "source-twice"],
];

export function worded(msg) {
  for (const [pattern, name] of KINDS) {
    const found = pattern.exec(msg);
    if (found) return tOr(`wrong.${name}`, msg, found.groups);
  }
  return msg;
}

/** Of a refusal that is about no single field. */
export const why = ({ status, message }) => tOr(`refused.${status}`, message, { message });
