/** The editor of one's own commands: the server checks them line by line, the browser keeps them. */

import { check } from "./api";
import { $, h } from "./dom";
import { showError } from "./errors";
import { commandOf } from "./facts";
import type { Finding, Report } from "./types";

const KEPT = "allears-commands"; // of localStorage
const FIRST = `language: en
intents:
  LightSet:
    data:
      - sentences:
          - "(turn|switch) {state} [the] {room} light[s]"
          - "set [the] {room} light[s] to {brightness}( percent|%)"
lists:
  state: {values: [on, off]}
  room: {values: [kitchen, {in: "(living room|lounge)", out: living room}]}
  brightness: {range: {from: 0, to: 100}}
skip_words: [please]
`;
const yaml = $<HTMLTextAreaElement>("yaml");
let isBusy = false;

/** The commands that are to be understood; empty if they are not in use. */
export function commands(): string {
  return $<HTMLInputElement>("use-commands").checked ? yaml.value : "";
}

async function look(said = ""): Promise<Report | null> {
  if (isBusy) return null;
  isBusy = true;
  $("findings-state").textContent = "Looking through them…";
  try {
    const report = await check(yaml.value, said);
    showReport(report);
    return report;
  } catch (error) {
    $("findings-state").textContent = "";
    showError(error);
    return null;
  } finally {
    isBusy = false;
  }
}

function showReport(report: Report): void {
  const count = (level: string) => report.findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const many = (number: number, word: string) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
  const found = `${many(errors, "error")}, ${many(warnings, "warning")}`;
  const holds = `${many(Object.keys(report.intents).length, "intent")}, ${many(report.num_templates, "template")}, ${many(report.num_phrases, "phrase")}`;
  const examples = report.examples.length ? ` Such as: ${report.examples.map((text) => `“${text}”`).join(", ")}.` : "";
  $("findings-state").textContent = `${report.ok ? "Good" : "Not good yet"}: ${holds}; ${found}.${report.ok ? examples : ""}`;
  $("findings").replaceChildren(...report.findings.map(item));
  drawGutter(new Set(report.findings.filter((one) => one.level === "error").map((one) => one.line)));
}

function item(finding: Finding): HTMLElement {
  const text = ` ${finding.message}`;
  const level = h("strong", { class: finding.level }, finding.level);
  if (!finding.line) return h("li", {}, level, text);
  const place = h("button", { type: "button", class: "quiet mono", onclick: () => goTo(finding) }, `line ${finding.line}`);
  return h("li", {}, place, " ", level, text);
}

function goTo(finding: Finding): void {
  const lines = yaml.value.split("\n");
  const at = lines.slice(0, finding.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  yaml.focus();
  yaml.setSelectionRange(at + Math.max(0, finding.column - 1), at + (lines[finding.line - 1]?.length ?? 0));
}

function drawGutter(wrong = new Set<number>()): void {
  const lines = yaml.value.split("\n").map((_, at) => h("span", { class: wrong.has(at + 1) ? "wrong" : undefined }, `${at + 1}\n`));
  $("gutter").replaceChildren(...lines);
  $("gutter").scrollTop = yaml.scrollTop;
}

function changed(): void {
  drawGutter();
  $("findings").replaceChildren();
  $("findings-state").textContent = "Changed; not checked yet.";
  localStorage.setItem(KEPT, yaml.value);
}

yaml.value = localStorage.getItem(KEPT) ?? FIRST;
drawGutter();
yaml.addEventListener("input", changed);
yaml.addEventListener("scroll", () => ($("gutter").scrollTop = yaml.scrollTop));
yaml.addEventListener("blur", () => {
  if ($("findings-state").textContent?.startsWith("Changed")) void look();
});
$("check").addEventListener("click", () => void look());
$("try").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = $<HTMLInputElement>("try-text").value.trim();
  const report = said ? await look(said) : null;
  if (report) $("try-answer").replaceChildren(report.command ? commandOf(report.command) : "");
});
