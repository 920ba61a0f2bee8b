// Runs in the audio thread: hands the microphone's samples on, in pieces large enough not to flood the page.

// The worklet's own globals, which the DOM's types do not know.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const PIECE_SAMPLES = Math.round(sampleRate / 10);

class Recorder extends AudioWorkletProcessor {
  private piece = new Float32Array(PIECE_SAMPLES);
  private filled = 0;

  process(inputs: Float32Array[][]): boolean {
    const [channel] = inputs[0];
    if (channel) for (const sample of channel) this.add(sample);
    return true;
  }

  private add(sample: number): void {
    this.piece[this.filled++] = sample;
    if (this.filled < PIECE_SAMPLES) return;
    this.port.postMessage(this.piece, [this.piece.buffer]);
    this.piece = new Float32Array(PIECE_SAMPLES);
    this.filled = 0;
  }
}

registerProcessor('recorder', Recorder);
