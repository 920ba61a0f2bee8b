// Runs a described graph: feeds its constants and states, checks the shape of what comes out.
import { float32, int32, int64, type HostTensor, type Session } from '@gpt-talker/runtime';
import { DatasetError } from '../../errors';
import { reordered, shapeOf, type Sizes } from './axes';
import { type Axis, type ModelDescription } from './description';

export class GraphRunner {
  private readonly inputName: string;
  private readonly outputName: string;
  private readonly constants: Record<string, HostTensor>;
  private states: Record<string, HostTensor> = {};

  /** @throws DatasetError `option` where the description names inputs or outputs that the graph does not have */
  constructor(
    private readonly session: Session,
    private readonly description: ModelDescription,
    private readonly graph: string,
  ) {
    const { constants, states, input, output } = description;
    const fed = [...constants, ...states].map((tensor) => tensor.input);
    const inputs = session.inputs.map(({ name }) => name);
    const outputs = session.outputs.map(({ name }) => name);
    this.inputName = input.name ?? inputs.find((name) => !fed.includes(name)) ?? '';
    const fedBack = states.map((state) => state.output);
    this.outputName = output.name ?? outputs.find((name) => !fedBack.includes(name)) ?? '';
    const unknown =
      [...fed, this.inputName].find((name) => !inputs.includes(name)) ??
      [...fedBack, this.outputName].find((name) => !outputs.includes(name));
    const forgotten = inputs.find((name) => name !== this.inputName && !fed.includes(name));
    if (unknown !== undefined) {
      throw this.error(
        `the description names '${unknown}'; the graph has inputs ${inputs.join(', ')} and outputs ${outputs.join(', ')}`,
      );
    }
    if (forgotten !== undefined) {
      throw this.error(`nothing is said of input '${forgotten}'; add it to states or constants of the description`);
    }
    this.constants = Object.fromEntries(constants.map((constant) => [constant.input, filled(constant)]));
    this.reset();
  }

  /** Forgets what earlier sound left in the states. */
  reset(): void {
    this.states = Object.fromEntries(this.description.states.map(({ input, dims }) => [input, zeros(dims)]));
  }

  /**
   * @param data in the order `axes`
   * @param sizes lengths of all axes of input and output
   * @param wanted the order in which the result comes
   */
  async run(
    data: Float32Array,
    axes: readonly Axis[],
    sizes: Sizes,
    wanted: readonly Axis[],
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const { input, output, states } = this.description;
    const dims = shapeOf(input.axes, sizes);
    const feeds = {
      [this.inputName]: float32(reordered(data, axes, input.axes, sizes), dims),
      ...this.constants,
      ...this.states,
    };
    const results = await this.session.run(feeds, { signal });
    this.states = Object.fromEntries(states.map((state) => [state.input, results[state.output]]));
    const result = results[this.outputName];
    const expected = shapeOf(output.axes, sizes);
    if (result.type !== 'float32' || result.dims.join() !== expected.join()) {
      throw this.error(
        `output '${this.outputName}' is ${result.type} [${result.dims.join(', ')}]; the description says float32 [${output.axes
          .map((name, index) => `${name} ${expected[index]}`)
          .join(', ')}]`,
      );
    }
    return reordered(result.data as Float32Array, output.axes, wanted, sizes);
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }

  private error(message: string): DatasetError {
    return new DatasetError('option', `${this.graph}: ${message}`);
  }
}

function zeros(dims: readonly number[]): HostTensor {
  return float32(new Float32Array(dims.reduce((product, length) => product * length, 1)), dims);
}

function filled({ type, dims, value }: ModelDescription['constants'][number]): HostTensor {
  const count = dims.reduce((product, length) => product * length, 1);
  const values = new Array<number>(count).fill(value);
  if (type === 'int64') return int64(values, dims);
  return type === 'int32' ? int32(values, dims) : float32(values, dims);
}
