/** Draws sound: a waveform and a spectrogram, each as wide as its canvas. */

import { Fft } from "./fft";

const FRAME = 512; // samples: 32 ms at 16 kHz, 31 Hz a bin
const RANGE_DB = 70; // below the loudest is black
const MAP = [[8, 6, 26], [58, 22, 96], [138, 36, 104], [214, 74, 78], [250, 148, 66], [252, 236, 164]] as const;

function sized(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const ratio = Math.min(2, devicePixelRatio || 1);
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  return canvas.getContext("2d")!;
}

/** The loudest and quietest sample of each column, scaled so that the loudest of all fills the height. */
export function drawWave(canvas: HTMLCanvasElement, samples: Float32Array): void {
  const pen = sized(canvas);
  const { width, height } = canvas;
  let peak = 0.01;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  pen.fillStyle = getComputedStyle(canvas).color;
  for (let x = 0; x < width; x++) {
    const from = Math.floor((x * samples.length) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * samples.length) / width));
    let [low, high] = [0, 0];
    for (let at = from; at < to; at++) {
      low = Math.min(low, samples[at] ?? 0);
      high = Math.max(high, samples[at] ?? 0);
    }
    const top = (0.5 - (0.47 * high) / peak) * height;
    pen.fillRect(x, top, 1, Math.max(1, (0.47 * (high - low) * height) / peak));
  }
}

/** 0 to 8 kHz upwards, linear; the loudest is light. */
export function drawSpectrum(canvas: HTMLCanvasElement, samples: Float32Array): void {
  const pen = sized(canvas);
  const { width, height } = canvas;
  const fft = new Fft(FRAME);
  const columns = Array.from({ length: width }, (_, x) => {
    const power = new Float32Array(FRAME / 2);
    fft.power(samples, Math.round(((x + 0.5) * samples.length) / width) - FRAME / 2, power);
    return power.map((value) => 10 * Math.log10(value + 1e-9));
  });
  const loudest = columns.reduce((most, column) => column.reduce((a, b) => Math.max(a, b), most), -90);
  const image = pen.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    const bin = Math.floor(((height - 1 - y) * FRAME) / 2 / height);
    for (let x = 0; x < width; x++) paint(image.data, 4 * (y * width + x), 1 + ((columns[x]![bin] ?? -90) - loudest) / RANGE_DB);
  }
  pen.putImageData(image, 0, 0);
}

function paint(data: Uint8ClampedArray, at: number, level: number): void {
  const place = Math.min(0.999, Math.max(0, level)) * (MAP.length - 1);
  const [low, high, share] = [MAP[Math.floor(place)]!, MAP[Math.floor(place) + 1]!, place % 1];
  for (let c = 0; c < 3; c++) data[at + c] = low[c]! + (high[c]! - low[c]!) * share;
  data[at + 3] = 255;
}

/** How loud the last pieces were, one bar each, the newest at the right. */
export function drawLevels(canvas: HTMLCanvasElement, levels: number[]): void {
  const pen = sized(canvas);
  const { width, height } = canvas;
  const bar = width / levels.length;
  pen.fillStyle = getComputedStyle(canvas).color;
  levels.forEach((level, at) => {
    const tall = Math.max(2, Math.min(1, Math.sqrt(level) * 1.6) * height);
    pen.fillRect(at * bar, (height - tall) / 2, Math.max(1, bar - 2), tall);
  });
}
