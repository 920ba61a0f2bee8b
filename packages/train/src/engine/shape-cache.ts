// Things that are made once for each shape of what they are given, and forgotten again when others are wanted more, because each keeps its
// own working memory.
import type { HostTensor } from '@gpt-talker/runtime';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';

const MAXIMUM_GRAPHS = 6;

export abstract class ShapeCache<Made extends { dispose(): Promise<void> }> {
  /** In the order of last use. */
  private readonly made = new Map<string, Made>();
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

  /** What has these as its other inputs. */
  async forSpecs(specs: readonly InputSpec[]): Promise<Made> {
    const key = specs
      .map(({ name, shape }) => `${name}[${shape.join()}]`)
      .sort()
      .join();
    let found = this.made.get(key);
    if (found) {
      this.made.delete(key);
    } else {
      for (const [oldest, unused] of this.made) {
        if (this.made.size < MAXIMUM_GRAPHS) break;
        this.made.delete(oldest);
        await unused.dispose();
      }
      found = await this.make([...specs, ...this.constant]);
    }
    this.made.set(key, found);
    return found;
  }

  async dispose(): Promise<void> {
    for (const made of this.made.values()) await made.dispose();
    this.made.clear();
  }
}
