/** The discrete Fourier transform of real samples, radix 2 (Cooley and Tukey 1965). */

export class Fft {
  private readonly cos: Float32Array;
  private readonly sin: Float32Array;
  private readonly window: Float32Array; // Hann: 0.5 - 0.5 cos(2 pi n / N)
  private readonly re: Float32Array;
  private readonly im: Float32Array;

  /** `size`: of a frame, a power of two. */
  constructor(readonly size: number) {
    const each = (f: (n: number) => number) => Float32Array.from({ length: size }, (_, n) => f((2 * Math.PI * n) / size));
    this.cos = each(Math.cos);
    this.sin = each(Math.sin);
    this.window = each((angle) => 0.5 - 0.5 * Math.cos(angle));
    this.re = new Float32Array(size);
    this.im = new Float32Array(size);
  }

  /** Power |X|^2 of the frame that begins at `start`, (size / 2,) into `out`; beyond the end is silence. */
  power(samples: Float32Array, start: number, out: Float32Array): void {
    const { size, re, im } = this;
    for (let n = 0, swapped = 0; n < size; n++) {
      re[swapped] = (samples[start + n] ?? 0) * this.window[n]!;
      im[swapped] = 0;
      let bit = size >> 1; // the next number with its bits in reverse order
      while (swapped & bit) {
        swapped ^= bit;
        bit >>= 1;
      }
      swapped |= bit;
    }
    for (let half = 1; half < size; half *= 2) this.merge(half);
    for (let k = 0; k < out.length; k++) out[k] = re[k]! ** 2 + im[k]! ** 2;
  }

  private merge(half: number): void {
    const { size, re, im, cos, sin } = this;
    const step = size / (2 * half);
    for (let base = 0; base < size; base += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [a, b, c, s] = [base + k, base + k + half, cos[k * step]!, sin[k * step]!];
        const [r, i] = [re[b]! * c + im[b]! * s, im[b]! * c - re[b]! * s];
        re[b] = re[a]! - r;
        im[b] = im[a]! - i;
        re[a] = re[a]! + r;
        im[a] = im[a]! + i;
      }
    }
  }
}
