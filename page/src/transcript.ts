/** The words, by speaker; a click or Enter on one goes there. One of them is in the tab order, arrow keys reach the rest. */

import { $, clock, h } from "./dom";
import { nameOf, speakers, turnsOf, type State } from "./state";
import type { Word } from "./types";

const UNSURE = 0.5; // probability below which a word is underlined
let words: { word: Word; button: HTMLButtonElement }[] = [];
let current = -1;

export function showTranscript(state: State, seek: (seconds: number) => void): void {
  words = [];
  current = -1;
  const all = speakers(state);
  const turns = turnsOf(state).map((turn) => {
    const number = all.indexOf(turn.speaker);
    const text = h("p", { class: "said", lang: state.analysis?.language });
    for (const word of turn.words) text.append(button(word, seek), " ");
    const name = number < 0 ? "" : nameOf(state, turn.speaker);
    const head = h("p", { class: "head" }, name && h("strong", {}, name), h("span", { class: "soft small mono" }, clock(turn.start)));
    return h("div", { class: number < 0 ? "turn" : `turn s${number % 8}` }, head, text);
  });
  $("transcript").replaceChildren(...(turns.length ? turns : [h("p", { class: "soft" }, "Nobody said anything that was understood.")]));
  if (words[0]) words[0].button.tabIndex = 0;
}

/** Mark the word that is said at a time. */
export function mark(seconds: number): void {
  const now = words.findLastIndex(({ word }) => word.start <= seconds + 0.01 && seconds < word.end + 0.3);
  if (now === current) return;
  words[current]?.button.removeAttribute("aria-current");
  words[now]?.button.setAttribute("aria-current", "true");
  current = now;
}

function button(word: Word, seek: (seconds: number) => void): HTMLButtonElement {
  const isUnsure = word.probability !== null && word.probability < UNSURE;
  const about = `${clock(word.start)}${word.probability === null ? "" : `, ${Math.round(100 * word.probability)} %`}`;
  const one = h("button", { type: "button", class: isUnsure ? "word unsure" : "word", title: about, tabindex: -1 }, word.word.trim());
  const at = words.push({ word, button: one }) - 1;
  one.addEventListener("click", () => {
    seek(word.start);
    focus(at, false);
  });
  one.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: words.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    focus(to, true);
  });
  return one;
}

function focus(at: number, isMoved: boolean): void {
  const target = words[at];
  if (!target) return;
  for (const { button } of words) if (button.tabIndex === 0) button.tabIndex = -1;
  target.button.tabIndex = 0;
  if (isMoved) target.button.focus();
}
