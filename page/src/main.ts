/** The page: takes a recording, asks the server, shows the answer. One recording at a time. */

import { analyze, clean, diarize, example, ServerError } from "./api";
import { commands } from "./commands";
import { $, h, save, show } from "./dom";
import { clearError, showError } from "./errors";
import { EXPORTS } from "./exports";
import { commandOf, factsOf, meaningOf } from "./facts";
import { listen, nextTheme, showHelp, showTheme } from "./keys";
import { curl, python } from "./snippets";
import { decode } from "./sound";
import { newState, type State } from "./state";
import { refresh, watch } from "./status";
import { toggleTalk } from "./talk";
import * as timeline from "./timeline";
import { mark, showTranscript } from "./transcript";
import type { Status } from "./types";
import { showVoice } from "./voice";

let state: State | null = null;
let work = new AbortController();
let server: Status | null = null;
let cleaned: { sound: Blob; samples: Float32Array | null } | null = null;

/** Hear a recording: first everything about the whole of it, then who speaks when. */
async function hear(file: File): Promise<void> {
  work.abort();
  const mine = (work = new AbortController());
  const now = (state = newState(file));
  now.commands = commands();
  clearError();
  begin(now);
  const began = performance.now();
  try {
    now.samples = await decode(file);
    if (mine.signal.aborted) return;
    timeline.open(now, mark);
    now.analysis = await working("Hearing it", mine, analyze(file, now.commands, mine.signal));
    showAnswer(now, began);
    timeline.draw(now.samples);
    if (server?.diarization && now.analysis.segments?.length) await tellVoicesApart(now, mine, began);
  } catch (error) {
    if (!mine.signal.aborted) showError(error);
  } finally {
    if (mine === work) done();
  }
}

function done(): void {
  show(false, "working");
  void refresh();
}

async function tellVoicesApart(now: State, mine: AbortController, began: number): Promise<void> {
  const speakers = $<HTMLSelectElement>("num-speakers").value;
  now.who = await working("Telling voices apart", mine, diarize(now.file, speakers, mine.signal));
  now.names.clear();
  showPeople(now);
  showAnswer(now, began);
}

/** The user says how many speak. */
async function apartAgain(): Promise<void> {
  const now = state;
  if (!now?.who) return;
  work.abort();
  const mine = (work = new AbortController());
  try {
    await tellVoicesApart(now, mine, performance.now());
  } catch (error) {
    if (!mine.signal.aborted) showError(error);
  } finally {
    if (mine === work) done();
  }
}

function begin(now: State): void {
  cleaned = null;
  $<HTMLInputElement>("clean").checked = false;
  $("clean-state").textContent = "";
  $("clean-label").hidden = !server?.model?.tasks.includes("clean");
  show(Boolean(server?.diarization), "num-speakers-label");
  $("recording-title").textContent = now.file.name;
  $("copied").textContent = "";
  show(true, "recording");
  show(false, "answer");
}

/** Say what is waited for, and for how long. */
async function working<T>(what: string, mine: AbortController, answer: Promise<T>): Promise<T> {
  const began = performance.now();
  const tell = () => {
    if (mine === work) $("working-text").textContent = `${what}… ${Math.floor((performance.now() - began) / 1000)} s`;
  };
  $("working").hidden = false;
  tell();
  const timer = setInterval(tell, 1000);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}

function showAnswer(now: State, began: number): void {
  const { analysis } = now;
  if (!analysis) return;
  showTranscript(now, timeline.seek);
  $("facts").replaceChildren(factsOf(analysis));
  const understood = [analysis.command && commandOf(analysis.command), analysis.meaning && meaningOf(analysis.meaning)];
  $("understood").replaceChildren(...understood.filter((part): part is HTMLElement => Boolean(part)));
  $("exports").replaceChildren(...EXPORTS.filter(({ name }) => now.who || name !== "rttm").map((kind) => saveButton(now, kind)));
  const seconds = (value: number | undefined) => `${(value ?? 0).toFixed(2)} s`;
  const parts = Object.entries(analysis.compute).filter(([name]) => name !== "total" && name !== "load");
  const slowest = parts.sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name, value]) => `${name} ${seconds(value)}`).join(", ");
  $("took").textContent =
    `${analysis.model} took ${seconds(analysis.compute["total"])} for ${seconds(analysis.duration)} of sound (${slowest}); ` +
    `with the way there and back ${seconds((performance.now() - began) / 1000)}.`;
  show(true, "answer");
}

function saveButton(now: State, kind: (typeof EXPORTS)[number]): HTMLElement {
  const name = `${now.file.name.replace(/\.[^.]*$/, "")}.${kind.name}`;
  return h("button", { type: "button", class: "quiet", title: `Save ${name}`, onclick: () => save(name, kind.write(now), kind.type) }, kind.name.toUpperCase());
}

function showPeople(now: State): void {
  timeline.showWho(now, (speaker, name) => {
    if (name) now.names.set(speaker, name);
    else now.names.delete(speaker);
    showTranscript(now, timeline.seek);
  });
}

async function toggleClean(): Promise<void> {
  const box = $<HTMLInputElement>("clean");
  const now = state;
  if (!now) return;
  try {
    if (box.checked && !cleaned) {
      $("clean-state").textContent = "Cleaning…";
      const sound = await clean(now.file, work.signal);
      if (now !== state) return;
      cleaned = { sound, samples: await decode(sound) };
    }
    $("clean-state").textContent = "";
    timeline.draw(box.checked && cleaned ? cleaned.samples : now.samples);
    timeline.listenTo(box.checked && cleaned ? cleaned.sound : now.file);
  } catch (error) {
    box.checked = false;
    $("clean-state").textContent = "";
    showError(error);
  }
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    $("copied").textContent = "Copied.";
  } catch {
    $("copied").textContent = "";
    showError(new ServerError("The browser lends the clipboard only over HTTPS or to a page of this machine. Here it is to copy by hand:", 0, { next: text }));
  }
}

function choose(): void {
  $<HTMLInputElement>("file").click();
}

$("choose").addEventListener("click", choose);
$<HTMLInputElement>("file").addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (input.files?.[0]) void hear(input.files[0]);
  input.value = ""; // so that the same file may be chosen again
});
$("talk").addEventListener("click", () => void toggleTalk((file) => void hear(file)));
$("example").addEventListener("click", () => void example().then(hear, showError));
$("cancel").addEventListener("click", () => {
  work.abort();
  show(false, "working");
});
$("clean").addEventListener("change", () => void toggleClean());
$("num-speakers").addEventListener("change", () => void apartAgain());
$("copy-curl").addEventListener("click", () => void (state && copy(curl(state))));
$("copy-python").addEventListener("click", () => void (state && copy(python(state))));
document.addEventListener("themed", () => state && timeline.draw($<HTMLInputElement>("clean").checked && cleaned ? cleaned.samples : state.samples));

let depth = 0; // of the elements a file is dragged over
const over = (change: number) => $("drop").classList.toggle("over", (depth = Math.max(0, depth + change)) > 0);
document.addEventListener("dragenter", (event) => (event.preventDefault(), over(1)));
document.addEventListener("dragleave", () => over(-1));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  over(-depth);
  const file = event.dataTransfer?.files[0];
  if (file) void hear(file);
});

listen([
  { key: " ", name: "Space", does: "Play or pause", run: timeline.toggle },
  { key: "ArrowLeft", name: "←", does: "2 s back", run: () => timeline.skip(-2) },
  { key: "ArrowRight", name: "→", does: "2 s on", run: () => timeline.skip(2) },
  { key: "o", name: "o", does: "Choose a file", run: choose },
  { key: "m", name: "m", does: "Talk, or stop", run: () => $("talk").click() },
  { key: "c", name: "c", does: "With or without noise", run: () => $("clean-label").hidden || $("clean").click() },
  { key: "t", name: "t", does: "Light or dark", run: nextTheme },
  { key: "?", name: "?", does: "This help", run: showHelp },
]);
showTheme();
void watch((now) => {
  server = now;
  showVoice(now);
});
