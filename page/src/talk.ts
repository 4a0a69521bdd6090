/** Talking: words while they are said, then the whole recording as a file like any other. */

import { $, show } from "./dom";
import { clearError, showError } from "./errors";
import { openMicrophone, whyNoMicrophone, type Microphone } from "./microphone";
import { drawLevels } from "./pictures";
import { Realtime } from "./realtime";
import { wav } from "./sound";

const BARS = 60;

interface Talk {
  microphone: Microphone;
  realtime: Realtime;
  pieces: Int16Array[];
}

let talk: Talk | null = null;
let isChanging = false;

/** Begin, or end; the recording is given to `take`. */
export async function toggleTalk(take: (file: File) => void): Promise<void> {
  if (isChanging) return;
  isChanging = true;
  try {
    await (talk ? end(take) : begin());
  } catch (error) {
    showError(error);
    await stop();
  } finally {
    isChanging = false;
  }
}

async function begin(): Promise<void> {
  clearError();
  const why = whyNoMicrophone();
  if (why) throw new Error(why);
  const pieces: Int16Array[] = [];
  const levels = new Array<number>(BARS).fill(0);
  const microphone = await openMicrophone((piece) => {
    pieces.push(piece);
    talk?.realtime.send(piece);
    levels.push(piece.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 32768);
    levels.shift();
    drawLevels($<HTMLCanvasElement>("level"), levels);
  });
  const realtime = new Realtime(microphone.rate, {
    onText: (turns) => ($("partial").textContent = turns.join(" ")),
    onSpeech: (isSpeaking) => ($("live-state").textContent = isSpeaking ? "Somebody speaks…" : "Quiet."),
    onError: showError,
  });
  talk = { microphone, realtime, pieces };
  $("partial").textContent = "";
  $("live-state").textContent = "Say something. Words appear when they are sure not to change.";
  showTalk(true);
}

async function end(take: (file: File) => void): Promise<void> {
  if (!talk) return;
  const { microphone, realtime, pieces } = talk;
  await microphone.stop();
  $("live-state").textContent = "Hearing the rest…";
  await realtime.finish();
  await stop();
  if (!pieces.length) throw new Error("Nothing came from the microphone. Is it muted?");
  const name = `talk-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.wav`;
  take(new File([wav(pieces, microphone.rate)], name, { type: "audio/wav" }));
}

async function stop(): Promise<void> {
  const old = talk;
  talk = null;
  showTalk(false);
  await old?.microphone.stop().catch(() => undefined); // it may be closed already
}

function showTalk(isOn: boolean): void {
  show(isOn, "live");
  $("talk").setAttribute("aria-pressed", String(isOn));
  $("talk-text").textContent = isOn ? "Stop" : "Talk";
}
