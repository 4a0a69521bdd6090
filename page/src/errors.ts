/** Shows what went wrong as the server says it: what, given, allowed, what to do next. */

import { ServerError } from "./api";
import { $, h } from "./dom";

export function showError(error: unknown): void {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const parts = error instanceof ServerError ? error.parts : {};
  const rows = ([["Given", parts.given], ["Allowed", parts.allowed], ["To do", parts.next]] as const).filter(([, text]) => text);
  const what = messageOf(error);
  $("error").replaceChildren(
    h("button", { type: "button", class: "quiet close", "aria-label": "Dismiss", onclick: clearError }, "×"),
    h("p", {}, h("strong", {}, rows.length ? (what.split("; got ")[0]?.split("; allowed: ")[0] ?? what) : what)),
    h("dl", {}, ...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)])),
  );
  $("error").hidden = false;
}

export function clearError(): void {
  $("error").hidden = true;
}

function messageOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "NotAllowedError") {
    return "The browser was not allowed to use the microphone. Allow it beside the address, then talk again.";
  }
  if (error instanceof DOMException && error.name === "NotFoundError") return "There is no microphone here. Plug one in, or drop a file.";
  return error instanceof Error ? error.message : String(error);
}
