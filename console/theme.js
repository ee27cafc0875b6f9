// Light, dark, or as the visitor's system has it.
const KEY = "nightshift.theme";
export const THEMES = ["auto", "light", "dark"];

export const theme = () => localStorage.getItem(KEY) ?? "auto";

export function applyTheme(chosen = theme()) {
  localStorage.setItem(KEY, chosen);
  document.documentElement.dataset.theme = chosen;
}
