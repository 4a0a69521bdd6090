/** The answer as files: txt, srt, vtt, json, rttm, with the names that the user gave. */

import { nameOf, speakerOf, speakers, textOf, turnsOf, type State } from "./state";
import type { Segment } from "./types";

export interface Export {
  name: string;
  type: string;
  write(state: State): string;
}

export const EXPORTS: Export[] = [
  { name: "txt", type: "text/plain", write: txt },
  { name: "srt", type: "application/x-subrip", write: srt },
  { name: "vtt", type: "text/vtt", write: vtt },
  { name: "json", type: "application/json", write: json },
  { name: "rttm", type: "text/plain", write: rttm },
];

function txt(state: State): string {
  if (speakers(state).length < 2) return (state.analysis?.segments ?? []).map((part) => `${part.text}\n`).join("");
  return turnsOf(state).map((turn) => `${nameOf(state, turn.speaker)}: ${textOf(turn.words)}\n`).join("");
}

function srt(state: State): string {
  const cue = (part: Segment, number: number) =>
    `${number + 1}\n${stamp(part.start, ",")} --> ${stamp(part.end, ",")}\n${prefix(state, part)}${part.text}\n`;
  return (state.analysis?.segments ?? []).map(cue).join("\n");
}

function vtt(state: State): string {
  const safe = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const cue = (part: Segment) => {
    const voice = who(state, part);
    return `${stamp(part.start, ".")} --> ${stamp(part.end, ".")}\n${voice ? `<v ${safe(voice)}>` : ""}${safe(part.text)}\n`;
  };
  return `WEBVTT\n\n${(state.analysis?.segments ?? []).map(cue).join("\n")}`;
}

function json(state: State): string {
  const named = (part: { speaker: string }) => ({ ...part, speaker: nameOf(state, part.speaker) });
  const spoken = state.who?.segments.map(named);
  return `${JSON.stringify({ ...state.analysis, spoken, turns: state.who?.turns.map(named) }, null, 2)}\n`;
}

/** `SPEAKER file 1 start length <NA> <NA> name <NA> <NA>`; a name has no spaces there. */
function rttm(state: State): string {
  const one = (text: string) => text.trim().replace(/\s+/g, "_") || "unknown";
  const file = one(state.file.name.replace(/\.[^.]*$/, ""));
  const line = (part: { start: number; end: number; speaker: string }) =>
    `SPEAKER ${file} 1 ${part.start.toFixed(3)} ${(part.end - part.start).toFixed(3)} <NA> <NA> ${one(nameOf(state, part.speaker))} <NA> <NA>\n`;
  return (state.who?.segments ?? []).map(line).join("");
}

/** Whoever says most words of a segment; empty where there is only one speaker. */
function who(state: State, part: Segment): string {
  if (speakers(state).length < 2) return "";
  const counts = new Map<string, number>();
  for (const word of part.words) {
    const speaker = speakerOf(word, state.who?.segments ?? []);
    counts.set(speaker, (counts.get(speaker) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1])[0];
  return most ? nameOf(state, most[0]) : "";
}

function prefix(state: State, part: Segment): string {
  const name = who(state, part);
  return name ? `${name}: ` : "";
}

function stamp(seconds: number, point: string): string {
  const ms = Math.round(1000 * seconds);
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${String(ms % 1000).padStart(3, "0")}`;
}
