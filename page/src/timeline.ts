/** The picture of a recording with its lanes and its player: click, drag or arrow keys go to a place in it. */

import { $, clock, h } from "./dom";
import { drawSpectrum, drawWave } from "./pictures";
import { nameOf, speakers, type State } from "./state";

const STEP_S = 2;
const LABEL_PX = 76; // a time under the picture, with room around it
const STEPS_S = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200]; // from one time to the next
const audio = $<HTMLAudioElement>("audio");
const timeline = $("timeline");
let state: State | null = null;
let onTime: (seconds: number) => void = () => undefined;
let url = "";

export function duration(): number {
  const sound = state?.samples ? state.samples.length / 16_000 : 0;
  return state?.analysis?.duration || sound || (Number.isFinite(audio.duration) ? audio.duration : 0);
}

/** Show another recording, from its beginning. `tell` is called with each new time. */
export function open(shown: State, tell: (seconds: number) => void): void {
  state = shown;
  onTime = tell;
  listenTo(shown.file, 0);
  $("lanes").replaceChildren();
  $("ribbon").replaceChildren();
  $("legend").replaceChildren();
  draw(shown.samples);
}

/** Play another version of the same recording, from the same place. */
export function listenTo(sound: Blob, at = audio.currentTime): void {
  const isPlaying = !audio.paused;
  if (url) URL.revokeObjectURL(url);
  url = URL.createObjectURL(sound);
  audio.src = url;
  audio.currentTime = at;
  if (isPlaying) void audio.play();
}

/** Draw samples; none: the browser cannot read the file. */
export function draw(samples: Float32Array | null): void {
  const canvases = [$<HTMLCanvasElement>("wave"), $<HTMLCanvasElement>("spectrum")] as const;
  for (const canvas of canvases) canvas.hidden = !samples;
  if (samples) {
    drawWave(canvases[0], samples);
    drawSpectrum(canvases[1], samples);
  }
  timeline.setAttribute("aria-valuemax", duration().toFixed(1));
  drawAxis();
  moved();
}

/** A time every so many seconds, as many as there is room for, up to eight. */
function drawAxis(): void {
  const most = Math.min(8, timeline.clientWidth / LABEL_PX);
  const step = STEPS_S.find((each) => duration() / each <= most) ?? 3600;
  const times = Array.from({ length: Math.floor(duration() / step) + 1 }, (_, at) => at * step);
  const labels = times.filter((time) => time < 0.96 * duration()).map((time) => {
    const label = h("span", {}, clock(time));
    label.style.left = `${(100 * time) / duration()}%`;
    return label;
  });
  $("axis").replaceChildren(...labels);
}

export function seek(seconds: number): void {
  audio.currentTime = Math.max(0, Math.min(seconds, duration()));
  moved();
}

export function skip(by: number): void {
  seek(audio.currentTime + by);
}

export function toggle(): void {
  if (!state) return;
  if (audio.paused) audio.play().catch(() => ($("clean-state").textContent = "This browser cannot play this kind of file."));
  else audio.pause();
}

/** Who speaks when, a lane each, and how it sounds. `rename` is called with what the user calls somebody. */
export function showWho(shown: State, rename: (speaker: string, name: string) => void): void {
  const all = speakers(shown);
  const parts = shown.who?.segments ?? [];
  $("lanes").replaceChildren(
    ...all.map((speaker, number) =>
      h("div", { class: `lane s${number % 8}` }, ...parts.filter((p) => p.speaker === speaker).map((p) => stretch(p.start, p.end))),
    ),
  );
  $("legend").replaceChildren(...all.map((speaker, number) => row(shown, speaker, number, rename)));
  const moods = (shown.who?.turns ?? []).filter((turn) => turn.mood);
  $("ribbon").replaceChildren(
    ...moods.map(({ start, end, mood }) => {
      const sure = Math.round(100 * (mood?.probability ?? 0));
      const part = stretch(start, end, `mood m-${mood?.label ?? ""}${sure < 50 ? " unsure" : ""}`);
      part.title = `${mood?.label} ${sure} %, ${clock(start)} to ${clock(end)}`;
      part.append(h("span", {}, `${mood?.label ?? ""}${sure < 50 ? "?" : ""}`));
      return part;
    }),
  );
}

function stretch(start: number, end: number, kind = ""): HTMLElement {
  const part = h("div", { class: kind });
  part.style.left = `${(100 * start) / duration()}%`;
  part.style.width = `${Math.max(0.2, (100 * (end - start)) / duration())}%`;
  return part;
}

function row(shown: State, speaker: string, number: number, rename: (speaker: string, name: string) => void): HTMLElement {
  const own = shown.who?.segments.filter((part) => part.speaker === speaker) ?? [];
  const seconds = own.reduce((sum, part) => sum + part.end - part.start, 0);
  const id = `speaker-${number}`;
  const input = h("input", { id, type: "text", value: nameOf(shown, speaker), maxlength: 60, autocomplete: "off", spellcheck: "false" });
  input.addEventListener("change", () => rename(speaker, input.value.trim()));
  return h(
    "p",
    { class: `who s${number % 8}` },
    h("label", { for: id, class: "sr" }, `Name of speaker ${number + 1}`),
    h("span", { class: "swatch", "aria-hidden": "true" }),
    input,
    h("span", { class: "soft small" }, `${seconds.toFixed(1)} s`),
  );
}

function moved(): void {
  const [now, all] = [audio.currentTime, duration()];
  $("time").textContent = `${clock(now)} / ${clock(all)}`;
  $("cursor").style.left = `${all ? Math.min(100, (100 * now) / all) : 0}%`;
  timeline.setAttribute("aria-valuenow", now.toFixed(1));
  timeline.setAttribute("aria-valuetext", `${clock(now)} of ${clock(all)}`);
  onTime(now);
}

function follow(): void {
  moved();
  if (!audio.paused) requestAnimationFrame(follow);
}

function pointed(event: PointerEvent): void {
  const box = timeline.getBoundingClientRect();
  seek(((event.clientX - box.left) / box.width) * duration());
}

for (const name of ["play", "pause", "ended"]) {
  audio.addEventListener(name, () => {
    $("play").textContent = audio.paused ? "Play" : "Pause";
    $("play").setAttribute("aria-pressed", String(!audio.paused));
    follow();
  });
}
for (const name of ["seeked", "loadedmetadata"]) audio.addEventListener(name, moved);
timeline.addEventListener("pointerdown", (event) => {
  timeline.setPointerCapture(event.pointerId);
  pointed(event);
});
timeline.addEventListener("pointermove", (event) => {
  if (event.buttons) pointed(event);
});
timeline.addEventListener("keydown", (event) => {
  const to = { ArrowLeft: audio.currentTime - STEP_S, ArrowRight: audio.currentTime + STEP_S, Home: 0, End: duration() }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  seek(to);
});
$("play").addEventListener("click", toggle);
let width = 0;
new ResizeObserver(() => {
  if (state && timeline.clientWidth !== width) draw(state.samples);
  width = timeline.clientWidth;
}).observe(timeline);
