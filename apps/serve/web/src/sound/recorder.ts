// Records the microphone into samples, through an AudioWorklet.
import { rootMeanSquare, type Audio } from '@gpt-talker/audio/browser';
import { Trouble } from '../trouble';
import workletAddress from './recorder-worklet?worker&url';

export interface RecorderOptions {
  /** Called ten times a second with the level of what was just heard, 0 to 1, and how long it is by now. */
  onLevel(level: number, seconds: number): void;
}

export class Recorder {
  private readonly pieces: Float32Array[] = [];
  private length = 0;

  private constructor(
    private readonly context: AudioContext,
    private readonly stream: MediaStream,
    private readonly node: AudioWorkletNode,
    onLevel: RecorderOptions['onLevel'],
  ) {
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      this.pieces.push(data);
      this.length += data.length;
      onLevel(Math.min(1, rootMeanSquare(data) * 5), this.length / context.sampleRate);
    };
  }

  /** Asks for the microphone and records until `finish` or `cancel`. @throws Trouble when there is none or it is refused */
  static async start({ onLevel }: RecorderOptions): Promise<Recorder> {
    const stream = await openMicrophone();
    const context = new AudioContext();
    try {
      await context.audioWorklet.addModule(workletAddress);
      await context.resume();
      const node = new AudioWorkletNode(context, 'recorder', {
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: 'explicit',
      });
      const recorder = new Recorder(context, stream, node, onLevel);
      context.createMediaStreamSource(stream).connect(node);
      return recorder;
    } catch (error) {
      release(context, stream);
      throw error;
    }
  }

  /** Ends the recording and returns it. */
  finish(): Audio {
    this.cancel();
    const samples = new Float32Array(this.length);
    let offset = 0;
    for (const piece of this.pieces) {
      samples.set(piece, offset);
      offset += piece.length;
    }
    return { samples, sampleRate: this.context.sampleRate };
  }

  /** Ends the recording and lets go of the microphone. */
  cancel(): void {
    this.node.port.onmessage = null;
    release(this.context, this.stream);
  }
}

function release(context: AudioContext, stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
  void context.close();
}

async function openMicrophone(): Promise<MediaStream> {
  // Browsers hide the microphone from pages that came over plain HTTP from another machine.
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Trouble(
      'This address may not use the microphone',
      'Browsers allow it on localhost and over https only: open the page there, or drop a wav file instead.',
    );
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
  } catch (error) {
    throw microphoneTrouble((error as DOMException).name);
  }
}

function microphoneTrouble(name: string): Trouble {
  if (name === 'NotAllowedError')
    return new Trouble(
      'The microphone was refused',
      'Allow it beside the address of this page, then press Record again; or drop a wav file.',
    );
  if (name === 'NotFoundError')
    return new Trouble('There is no microphone', 'Connect one and press Record again; or drop a wav file.');
  return new Trouble(
    'The microphone cannot be opened',
    'Another program may be using it: close that, then press Record again; or drop a wav file.',
  );
}
