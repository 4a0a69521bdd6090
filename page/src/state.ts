/** What the page knows of the recording in front of it: one at a time, replaced by the next. */

import type { Analysis, Spoken, Who, Word } from "./types";

export interface State {
  file: File;
  samples: Float32Array | null;
  analysis: Analysis | null;
  who: Who | null;
  names: Map<string, string>; // a speaker as the server calls it -> as the user does
  commands: string; // YAML it was heard with
}

export function newState(file: File): State {
  return { file, samples: null, analysis: null, who: null, names: new Map(), commands: "" };
}

/** The speakers in order of their first word. */
export function speakers(state: State): string[] {
  return [...new Set(state.who?.segments.map((one) => one.speaker))];
}

export function nameOf(state: State, speaker: string): string {
  const known = state.names.get(speaker);
  if (known) return known;
  const number = /^SPEAKER_(\d+)$/.exec(speaker)?.[1];
  return number ? `Speaker ${Number(number) + 1}` : speaker;
}

/** Who says a word: whoever speaks during most of it, else whoever is nearest in time; empty if nobody is known. */
export function speakerOf(word: Word, spoken: Spoken[]): string {
  const near = (one: Spoken) => Math.min(word.end, one.end) - Math.max(word.start, one.start);
  return spoken.reduce<Spoken | null>((best, one) => (best && near(best) >= near(one) ? best : one), null)?.speaker ?? "";
}

export interface Turn {
  speaker: string;
  start: number;
  end: number;
  words: Word[];
}

const PAUSE_S = 2.0; // of one speaker, that begins a new turn; as in the server's minutes

/** Words that follow each other and are one speaker's. A segment without words is one. */
export function turnsOf(state: State): Turn[] {
  const turns: Turn[] = [];
  const spoken = state.who?.segments ?? [];
  for (const segment of state.analysis?.segments ?? []) {
    const whole = { word: segment.text, start: segment.start, end: segment.end, probability: null };
    for (const word of segment.words.length ? segment.words : [whole]) {
      const [speaker, last] = [speakerOf(word, spoken), turns.at(-1)];
      if (last && last.speaker === speaker && word.start - last.end < PAUSE_S) {
        last.words.push(word);
        last.end = Math.max(last.end, word.end);
      } else turns.push({ speaker, start: word.start, end: word.end, words: [word] });
    }
  }
  return turns;
}

/** The words of a turn as one text, with spaces between, in every language. */
export function textOf(words: Word[]): string {
  return words.map((word) => word.word.trim()).join(" ");
}
