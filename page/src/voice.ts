/** The server's voice, if it has one: a text, who says it and how fast. */

import { speak } from "./api";
import { $, h, show } from "./dom";
import { showError } from "./errors";
import type { Status } from "./types";

const spoken = $<HTMLAudioElement>("spoken");
let url = "";

/** Offer the voices there are. */
export function showVoice(status: Status): void {
  show(!status.voice, "no-voice");
  show(Boolean(status.voice), "speak");
  const select = $<HTMLSelectElement>("voice-name");
  const names = status.voice?.names ?? [];
  if (select.options.length !== Math.max(1, names.length)) {
    select.replaceChildren(...(names.length ? names : [""]).map((name) => h("option", { value: name }, name || "its own")));
  }
}

$("speed").addEventListener("input", () => {
  $("speed-text").textContent = Number($<HTMLInputElement>("speed").value).toFixed(1);
});

$("speak").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("speak").querySelector<HTMLButtonElement>("button[type=submit]");
  if (button) button.disabled = true;
  try {
    const voice = $<HTMLSelectElement>("voice-name").value;
    const sound = await speak($<HTMLTextAreaElement>("text").value, voice, Number($<HTMLInputElement>("speed").value));
    if (url) URL.revokeObjectURL(url);
    url = URL.createObjectURL(sound);
    spoken.src = url;
    spoken.hidden = false;
    await spoken.play().catch(() => undefined); // a browser may want a click of its own: the controls are there
  } catch (error) {
    showError(error);
  } finally {
    if (button) button.disabled = false;
  }
});
