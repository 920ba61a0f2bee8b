// Things that are made once for each shape of what they are given, and forgotten again when others are wanted more, because each keeps its
// own working memory.
import type { HostTensor } from '@gpt-talker/runtime';
import { SessionCache, type InputSpec } from '@gpt-talker/tfjs-onnx';

const MAXIMUM_GRAPHS = 6;

export abstract class ShapeCache<Made extends { dispose(): Promise<void> }> {
  /** By shapes: they are known before anything is recorded. */
  private readonly made = new SessionCache({ unused: MAXIMUM_GRAPHS });
  private readonly constantNames: ReadonlySet<string>;

  /** @param constant inputs whose shapes never change */
  constructor(protected readonly constant: readonly InputSpec[]) {
    this.constantNames = new Set(constant.map(({ name }) => name));
  }

  /** @param specs all inputs */
  protected abstract make(specs: readonly InputSpec[]): Promise<Made>;

  /** What takes these tensors. */
  forFeeds(feeds: Readonly<Record<string, HostTensor>>): Promise<Made> {
    return this.forSpecs(
      Object.entries(feeds)
        .filter(([name]) => !this.constantNames.has(name))
        .map(([name, { type, dims }]) => ({ name, shape: [...dims], dtype: type as InputSpec['dtype'] })),
    );
  }

  /** What has these as its other inputs; it is there until as many others as it keeps have been asked for. */
  async forSpecs(specs: readonly InputSpec[]): Promise<Made> {
    const key = specs
      .map(({ name, shape }) => `${name}[${shape.join()}]`)
      .sort()
      .join();
    const found = await this.made.take(key, () => this.make([...specs, ...this.constant]));
    await this.made.release(key);
    return found;
  }

  dispose(): Promise<void> {
    return this.made.dispose();
  }
}
