/** Keys, the help that lists them, and the theme. */

import { $, h } from "./dom";

const THEMES = ["auto", "light", "dark"] as const;
const KEPT = "allears-theme"; // of localStorage

export interface Key {
  key: string;
  name: string;
  does: string;
  run(): void;
}

/** Listen for keys; not while something is typed, and not with Ctrl, Alt or Meta, which are the browser's. */
export function listen(keys: Key[]): void {
  const rows = keys.map(({ name, does }) => h("tr", {}, h("td", {}, h("kbd", {}, name)), h("td", {}, does)));
  rows.push(h("tr", {}, h("td", {}, h("kbd", {}, "← →")), h("td", {}, "On a word: the one beside it. On the picture: 2 s back or on")));
  $("keys").replaceChildren(...rows);
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (event.key === " " && target.closest("button, summary, input, a, audio")) return;
    const found = keys.find(({ key }) => key === event.key);
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}

export function showHelp(): void {
  $<HTMLDialogElement>("help").showModal();
}

/** As the system has it, light, dark, and round again. */
export function nextTheme(): void {
  const now = THEMES.indexOf((localStorage.getItem(KEPT) ?? "auto") as (typeof THEMES)[number]);
  localStorage.setItem(KEPT, THEMES[(now + 1) % THEMES.length]!);
  showTheme();
}

/** Returns nothing; pictures in colours of the theme are drawn again by whoever hears `themed`. */
export function showTheme(): void {
  const theme = localStorage.getItem(KEPT) ?? "auto";
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  $("theme").textContent = `Theme: ${theme}`;
  document.dispatchEvent(new Event("themed"));
}

$("help-open").addEventListener("click", showHelp);
$("theme").addEventListener("click", nextTheme);
