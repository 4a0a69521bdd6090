/** The line at the top: which model, how busy, and the key where one is needed. */

import { key, ServerError, setKey, status } from "./api";
import { $, show } from "./dom";
import type { Status } from "./types";

const READY_MS = 4_000;
const LOADING_MS = 1_500;
let asked = 0; // how often the key was asked for by itself: once
let onStatus: (status: Status) => void = () => undefined;

/** Ask now, and again and again while the page is seen; `tell` is given each answer. */
export async function watch(tell: (status: Status) => void): Promise<void> {
  onStatus = tell;
  const wait = document.hidden ? LOADING_MS : await refresh();
  setTimeout(() => void watch(tell), wait);
}

/** Ask once, such as when work is done. Returns after how many milliseconds to ask again. */
export async function refresh(): Promise<number> {
  try {
    const now = await status();
    line(now);
    onStatus(now);
    return now.status === "loading" ? LOADING_MS : READY_MS;
  } catch (error) {
    const isLocked = error instanceof ServerError && error.status === 401;
    if (isLocked) show(true, "key-open");
    say(isLocked ? "This server needs a key" : "The server does not answer", "failed");
    if (isLocked && !asked++) askKey(key() ? "That key is none of this server's." : "");
    return READY_MS;
  }
}

function line(now: Status): void {
  const name = now.model ? `${now.model.name} ${now.model.version}` : "";
  const { running, places_taken: taken, workers } = now.load;
  const load = taken ? `${running} of ${workers} busy, ${Math.max(0, taken - running)} waiting` : "idle";
  const texts = { loading: "The model is being loaded…", failed: "The model cannot be loaded", ready: `${name} · ${load}` };
  say(texts[now.status], now.status);
  $("version").textContent = `allears ${now.version}`;
  if (key()) show(true, "key-open");
}

function say(text: string, kind: string): void {
  if ($("status-text").textContent !== text) $("status-text").textContent = text;
  $("status").className = kind;
}

/** Ask the user for the key. */
export function askKey(why = ""): void {
  if (why) $("key-why").textContent = why;
  $<HTMLInputElement>("key-value").value = "";
  $<HTMLDialogElement>("key").showModal();
}

$("key-open").addEventListener("click", () => askKey());
$<HTMLDialogElement>("key").addEventListener("close", () => {
  const dialog = $<HTMLDialogElement>("key");
  if (dialog.returnValue !== "ok") return;
  setKey($<HTMLInputElement>("key-value").value.trim());
  asked = 0;
  location.reload(); // with the key; nothing was heard without it
});
