/** The microphone as pieces of 16-bit samples, 0.1 s each. */

import { RATE } from "./sound";
import workletUrl from "./worklet.js?url";

const RATES = [8_000, 16_000, 24_000, 44_100, 48_000]; // Hz, that the server takes

export interface Microphone {
  rate: number;
  stop(): Promise<void>;
}

/** Why the microphone cannot be used here at all; empty if it can. */
export function whyNoMicrophone(): string {
  if ("mediaDevices" in navigator && "AudioWorklet" in window) return "";
  if (!window.isSecureContext) {
    return "A browser lends its microphone only over HTTPS, or to a page of this machine. Start the server with --https, or drop a file.";
  }
  return "This browser cannot lend its microphone. Drop a file, or use a newer one.";
}

/** Open it; each piece is given to `take`. */
export async function openMicrophone(take: (piece: Int16Array) => void): Promise<Microphone> {
  const plain = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: plain }); // the model hears noise as it is
  let opened: Opened | null = null;
  try {
    opened = contextFor(stream);
    const { context, source } = opened;
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, "pcm");
    node.port.onmessage = (event: MessageEvent<Int16Array>) => take(event.data);
    source.connect(node).connect(context.destination); // it writes nothing: silence; but what ends nowhere is not run
    await context.resume();
    return { rate: context.sampleRate, stop: () => close(stream, context) };
  } catch (error) {
    await close(stream, opened?.context);
    throw error;
  }
}

async function close(stream: MediaStream, context?: AudioContext): Promise<void> {
  for (const track of stream.getTracks()) track.stop();
  await context?.close();
}

interface Opened {
  context: AudioContext;
  source: MediaStreamAudioSourceNode;
}

/** At the model's rate; at the device's own where the browser does not resample a microphone. */
function contextFor(stream: MediaStream): Opened {
  try {
    const context = new AudioContext({ sampleRate: RATE });
    return { context, source: context.createMediaStreamSource(stream) };
  } catch {
    const context = new AudioContext();
    if (!RATES.includes(context.sampleRate)) {
      throw new Error(`The microphone has ${context.sampleRate} Hz; allowed: ${RATES.join(", ")}. Set it to another rate.`);
    }
    return { context, source: context.createMediaStreamSource(stream) };
  }
}
