/** What the server answers, as far as the page reads it: docs/server.md. Times are seconds. */

export interface Choice {
  label: string;
  probability: number;
  probabilities: Record<string, number>;
}

export interface Word {
  word: string;
  start: number;
  end: number;
  probability: number | null;
}

export interface Segment {
  start: number;
  end: number;
  text: string;
  words: Word[];
}

export interface SlotValue {
  value: unknown;
  text: string;
  start_s: number | null;
  end_s: number | null;
}

export interface Command {
  intent: string | null;
  slots: Record<string, SlotValue>;
  confidence: number;
  text: string;
  is_accepted: boolean;
  alternatives: Command[];
}

export interface Meaning {
  domain?: string;
  intent?: string;
  confidence?: number;
  slots: { name: string; value: unknown }[];
}

/** Of /v1/analyze. */
export interface Analysis {
  source: string;
  text?: string;
  language?: string;
  languages?: Record<string, number>;
  segments?: Segment[];
  answers?: Record<string, unknown>;
  speaker?: { nearest: { name: string; similarity: number; is_match: boolean; is_borderline: boolean } | null };
  command?: Command;
  meaning?: Meaning;
  duration: number;
  real_time_factor: number;
  compute: Record<string, number>;
  model: string;
}

export interface Spoken {
  start: number;
  end: number;
  speaker: string;
}

/** Of /v1/audio/diarization. */
export interface Who {
  segments: Spoken[];
  turns: { speaker: string; start: number; end: number; mood: { label: string; probability: number } | null }[];
}

export interface Finding {
  level: "error" | "warning" | "note";
  message: string;
  line: number;
  column: number;
}

/** Of /v1/commands/check. */
export interface Report {
  ok: boolean;
  intents: Record<string, number>;
  num_templates: number;
  num_phrases: number;
  findings: Finding[];
  examples: string[];
  command: Command | null;
}

/** Of /v1/status. */
export interface Status {
  status: "loading" | "ready" | "failed";
  version: string;
  model: { name: string; version: string; tasks: string[]; default_tasks: string[] } | null;
  diarization: boolean;
  commands: boolean;
  voice: { names: string[] } | null;
  load: { running: number; places_taken: number; places: number; workers: number };
  limits: { max_upload_mb: number; max_audio_s: number };
}
