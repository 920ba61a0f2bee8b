// Runs in the page, before the page does: captures what goes to the loudspeaker, however it was made, and notes what was scheduled.

export interface Ear {
  /** Loudest sample that reached the loudspeaker through Web Audio. */
  peak: number;
  /** The chunks of a reply, in the order and at the times at which they were told to start. */
  chunks: { start: number; samples: number[]; sampleRate: number }[];
}

declare global {
  interface Window {
    ear: Ear;
  }
}

export function listen(): void {
  const ear: Ear = { peak: 0, chunks: [] };
  window.ear = ear;

  const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode, ...rest: number[]) => AudioNode;
  const heard = new WeakSet<AudioNode>();
  AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode, ...rest: number[]) {
    if (target instanceof AudioDestinationNode && !(this.context instanceof OfflineAudioContext) && !heard.has(this)) {
      heard.add(this);
      const analyser = this.context.createAnalyser();
      connect.call(this, analyser);
      const samples = new Float32Array(analyser.fftSize);
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) ear.peak = Math.max(ear.peak, Math.abs(sample));
      }, 30);
    }
    return connect.call(this, target, ...rest);
  } as typeof AudioNode.prototype.connect;

  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when = 0, ...rest: number[]) {
    if (this.context instanceof AudioContext && this.buffer)
      ear.chunks.push({
        start: when,
        samples: [...this.buffer.getChannelData(0)],
        sampleRate: this.context.sampleRate,
      });
    return start.call(this, when, ...rest);
  };
}
