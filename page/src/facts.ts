/** What else was heard: each guess with its probability and a word on how sure that is. */

import { h } from "./dom";
import type { Analysis, Choice, Command, Meaning } from "./types";

const SHOWN = 5; // of the labels of a guess
const LEAST = 0.005; // probability below which a label is not shown
const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

/** An honest word for a probability. */
export function sureness(probability: number): string {
  return probability >= 0.9 ? "sure" : probability >= 0.7 ? "likely" : probability >= 0.5 ? "unsure" : "a guess";
}

export function factsOf(analysis: Analysis): HTMLElement {
  const list = h("div", { class: "facts" });
  for (const [name, choice] of choices(analysis)) list.append(fact(name, choice));
  const nearest = analysis.speaker?.nearest;
  if (nearest) {
    const verdict = nearest.is_match ? nearest.name : nearest.is_borderline ? `maybe ${nearest.name}` : "nobody enrolled";
    list.append(h("div", { class: "fact" }, h("h3", {}, "voice"), h("p", {}, h("strong", {}, verdict))));
  }
  return list;
}

function choices(analysis: Analysis): [string, Choice][] {
  const found = Object.entries(analysis.answers ?? {}).filter((entry): entry is [string, Choice] => isChoice(entry[1]));
  const languages = Object.entries(analysis.languages ?? {});
  const first = languages[0];
  if (!first) return found;
  const named = Object.fromEntries(languages.map(([code, probability]) => [languageName(code), probability]));
  return [["language", { label: languageName(first[0]), probability: first[1], probabilities: named }], ...found];
}

function isChoice(answer: unknown): answer is Choice {
  const choice = answer as Choice | null;
  return typeof choice?.label === "string" && typeof choice.probability === "number";
}

function languageName(code: string): string {
  try {
    return NAMES.of(code) ?? code;
  } catch {
    return code;
  }
}

function fact(name: string, choice: Choice): HTMLElement {
  const percent = (probability: number) => `${Math.round(100 * probability)} %`;
  const ranked = Object.entries(choice.probabilities).sort((a, b) => b[1] - a[1]);
  const rows = ranked.filter(([, probability], at) => at < 1 || probability >= LEAST).slice(0, SHOWN).map(([label, probability]) => h("li", {}, h("span", {}, label), bar(probability), h("span", { class: "mono" }, percent(probability))));
  const word = sureness(choice.probability);
  return h(
    "div",
    { class: "fact" },
    h("h3", {}, name.replaceAll("-", " ")),
    h("p", {}, h("strong", {}, choice.label), " ", h("span", { class: `sure ${word === "sure" || word === "likely" ? "" : "doubt"}` }, `${percent(choice.probability)}, ${word}`)),
    h("ul", {}, ...rows),
  );
}

function bar(probability: number): HTMLElement {
  const filled = h("span", {});
  filled.style.width = `${100 * probability}%`;
  return h("span", { class: "bar", "aria-hidden": "true" }, filled);
}

/** What was commanded, and what is wanted in open language. */
export function commandOf(command: Command): HTMLElement {
  if (!command.intent) return h("p", { class: "command none" }, "No command of yours.");
  const percent = `${Math.round(100 * command.confidence)} %`;
  const state = command.is_accepted ? `accepted, ${percent}` : `not accepted, ${percent}: do not act on it`;
  return h(
    "div",
    { class: command.is_accepted ? "command" : "command none" },
    h("p", {}, h("span", { class: "soft" }, "Command "), h("strong", {}, command.intent), " ", h("span", { class: "soft small" }, state)),
    slots(Object.entries(command.slots).map(([name, slot]) => [name, slot.value])),
  );
}

export function meaningOf(meaning: Meaning): HTMLElement {
  const intent = [meaning.domain, meaning.intent].filter(Boolean).join(" / ") || "nothing known";
  return h("div", { class: "command" }, h("p", {}, h("span", { class: "soft" }, "Intent "), h("strong", {}, intent)), slots(meaning.slots.map(({ name, value }) => [name, value])));
}

function slots(pairs: [string, unknown][]): HTMLElement {
  return h("p", { class: "slots" }, ...pairs.map(([name, value]) => h("span", { class: "slot" }, h("span", { class: "soft" }, `${name} `), String(value))));
}
