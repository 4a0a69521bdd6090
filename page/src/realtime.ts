/** Words while somebody speaks: OpenAI's realtime interface over a websocket, docs/server.md. */

import { address, key, ServerError } from "./api";
import { base64 } from "./sound";

interface Event {
  type: string;
  item_id?: string;
  delta?: string;
  transcript?: string;
  error?: { message: string };
}

const FLUSH_S = 30; // that the server may take for what it still has to hear

export interface Heard {
  /** All turns so far; what stands in the last one may still grow. */
  onText(turns: string[]): void;
  onSpeech(isSpeaking: boolean): void;
  onError(error: Error): void;
}

export class Realtime {
  private readonly socket: WebSocket;
  private readonly turns = new Map<string, string>();
  private numUpdated = 0;
  private waiting: (() => void) | null = null;
  private isOver = false;
  private early: Int16Array[] = []; // said before the connection was there

  constructor(
    rate: number,
    private readonly heard: Heard,
  ) {
    const url = address("v1/realtime?intent=transcription").replace(/^http/, "ws");
    const protocols = key() ? ["realtime", `openai-insecure-api-key.${key()}`] : ["realtime"];
    this.socket = new WebSocket(url, protocols);
    this.socket.onmessage = (message: MessageEvent<string>) => this.take(JSON.parse(message.data) as Event);
    this.socket.onopen = () => this.update(rate);
    this.socket.onclose = () => this.closed();
  }

  send(piece: Int16Array): void {
    const message = { type: "input_audio_buffer.append", audio: base64(piece) };
    if (this.socket.readyState === WebSocket.CONNECTING) this.early.push(piece);
    else if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Nothing more is said; wait until all of it was heard. */
  async finish(): Promise<void> {
    if (this.socket.readyState === WebSocket.OPEN) {
      const heard = new Promise<void>((resolve) => {
        this.waiting = resolve;
        setTimeout(resolve, FLUSH_S * 1000);
      });
      this.socket.send(JSON.stringify({ type: "input_audio_buffer.commit" }));
      this.socket.send(JSON.stringify({ type: "session.update", session: {} })); // is answered after all before it
      await heard;
    }
    this.isOver = true;
    this.socket.close();
  }

  private update(rate: number): void {
    const format = { type: "audio/pcm", rate };
    this.socket.send(JSON.stringify({ type: "session.update", session: { type: "transcription", audio: { input: { format } } } }));
    for (const piece of this.early.splice(0)) this.send(piece);
  }

  private take(event: Event): void {
    const kind = event.type.split(".").at(-1);
    const item = event.item_id ?? "";
    if (event.type === "error") this.heard.onError(new Error(event.error?.message ?? "The server could not hear that"));
    else if (kind === "speech_started") this.heard.onSpeech(true);
    else if (kind === "speech_stopped") this.heard.onSpeech(false);
    else if (kind === "delta") this.say(item, (this.turns.get(item) ?? "") + (event.delta ?? ""));
    else if (kind === "completed") this.say(item, event.transcript ?? "");
    else if (event.type === "session.updated" && ++this.numUpdated > 1) this.waiting?.();
  }

  private say(item: string, text: string): void {
    this.turns.set(item, text);
    this.heard.onText([...this.turns.values()]);
  }

  private closed(): void {
    this.waiting?.();
    if (this.isOver) return;
    this.isOver = true;
    const why = "The server ended the connection: all its live sessions may be taken, or the key is wrong.";
    this.heard.onError(new ServerError(why, 0));
  }
}
