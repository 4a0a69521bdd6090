/** Files to samples and back: mono, 16 kHz, as the model hears them. */

export const RATE = 16_000; // Hz

/** (S,) samples in [-1, 1]; null if the browser cannot read the file (the server still may). */
export async function decode(file: Blob): Promise<Float32Array | null> {
  try {
    const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await file.arrayBuffer());
    const mono = new Float32Array(sound.length);
    for (let channel = 0; channel < sound.numberOfChannels; channel++) {
      sound.getChannelData(channel).forEach((sample, at) => (mono[at] = (mono[at] ?? 0) + sample / sound.numberOfChannels));
    }
    return mono;
  } catch {
    return null;
  }
}

/** Pieces of 16-bit samples as one WAV file. */
export function wav(pieces: Int16Array[], rate: number): Blob {
  const bytes = 2 * pieces.reduce((sum, piece) => sum + piece.length, 0);
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string) => [...word].forEach((letter, i) => head.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  head.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // one channel
  head.setUint32(24, rate, true);
  head.setUint32(28, 2 * rate, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, "data");
  head.setUint32(40, bytes, true);
  return new Blob([head, ...(pieces as BlobPart[])], { type: "audio/wav" });
}

/** 16-bit samples, little endian, as base64. */
export function base64(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
