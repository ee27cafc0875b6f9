// The words of the page in the visitor's language.
const KEY = "nightshift.language";
export const LANGUAGES = { en: "English", ko: "한국어" };

let words = {};

export function language() {
  return localStorage.getItem(KEY) ?? (navigator.language.startsWith("ko") ? "ko" : "en");
}

export async function loadLanguage(chosen = language()) {
  words = (await import(`./locales/${chosen}.js`)).default;
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen;
}

/** The words called `name`, with `{place}`s filled; the name itself if there are none. */
export function t(name, values = {}) {
  return (words[name] ?? name).replace(/{(\w+)}/g, (_, place) => values[place] ?? "");
}

/** The words called `name`, else the text that the API gives: for what only the API knows to enumerate. */
export const tOr = (name, text, values) => (name in words ? t(name, values) : text);
