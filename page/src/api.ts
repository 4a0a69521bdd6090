/** Asks the server this page came from; nothing else is ever asked. */

import type { Analysis, Report, Status, Who } from "./types";

const KEY = "allears-key"; // of sessionStorage: gone with the tab

/** What the server says is wrong, in its own parts. */
export class ServerError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly parts: { given?: string | null; allowed?: string | null; next?: string | null } = {},
  ) {
    super(message);
  }
}

export function key(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

export function setKey(value: string): void {
  if (value) sessionStorage.setItem(KEY, value);
  else sessionStorage.removeItem(KEY);
}

/** An address of the server, `path` without a slash before it. */
export function address(path: string): string {
  return new URL(path, document.baseURI).href;
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key()) headers.set("Authorization", `Bearer ${key()}`);
  let response: Response;
  try {
    response = await fetch(address(path), { ...init, headers, cache: "no-store" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerError("The server does not answer. Is it still running?", 0);
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function errorOf(response: Response): Promise<ServerError> {
  try {
    const { error } = (await response.json()) as { error: { message: string; given?: string; allowed?: string; next?: string } };
    return new ServerError(error.message, response.status, error);
  } catch {
    return new ServerError(`The server answered ${response.status} ${response.statusText}`, response.status);
  }
}

function form(file: File, fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append("file", file, file.name);
  return data;
}

export async function status(): Promise<Status> {
  return (await ask("v1/status")).json() as Promise<Status>;
}

/** Everything the model says of a recording; `commands` is YAML, empty for none. */
export async function analyze(file: File, commands: string, signal: AbortSignal): Promise<Analysis> {
  const fields: Record<string, string> = commands ? { commands } : {};
  return (await ask("v1/analyze", { method: "POST", body: form(file, fields), signal })).json() as Promise<Analysis>;
}

/** Who speaks when; `speakers`: how many there are, empty to have it found. */
export async function diarize(file: File, speakers: string, signal: AbortSignal): Promise<Who> {
  const fields: Record<string, string> = speakers ? { num_speakers: speakers } : {};
  return (await ask("v1/audio/diarization", { method: "POST", body: form(file, fields), signal })).json() as Promise<Who>;
}

/** The recording without noise, a WAV file. */
export async function clean(file: File, signal: AbortSignal): Promise<Blob> {
  return (await ask("v1/audio/clean", { method: "POST", body: form(file), signal })).blob();
}

export async function check(commands: string, said: string): Promise<Report> {
  const query = said ? `?text=${encodeURIComponent(said)}` : "";
  const init = { method: "POST", body: commands, headers: { "Content-Type": "text/plain" } };
  return (await ask(`v1/commands/check${query}`, init)).json() as Promise<Report>;
}

export async function speak(input: string, voice: string, speed: number): Promise<Blob> {
  const body = JSON.stringify({ input, voice, speed, response_format: "wav" });
  const init = { method: "POST", body, headers: { "Content-Type": "application/json" } };
  return (await ask("v1/audio/speech", init)).blob();
}

/** The recording that comes with allears. */
export async function example(): Promise<File> {
  return new File([await (await ask("demo.flac")).blob()], "demo.flac", { type: "audio/flac" });
}
