// One spelling for the name of every weight, however a checkpoint was saved: upstream's, which is this package's.

/** What `DistributedDataParallel` and `torch.compile` put before every name. */
const WRAPPERS = /^(?:module\.|_orig_mod\.)+/;
/** The first stage's names begin with this, before which some have the wrappers and behind which others. */
const STAGE_ONE = 'model.';

/** Without wrappers, and with the two parts of a normalised weight as PyTorch before 2.0 named them. */
export function upstreamName(name: string): string {
  let bare = name.replace(WRAPPERS, '');
  if (bare.startsWith(STAGE_ONE)) bare = STAGE_ONE + bare.slice(STAGE_ONE.length).replace(WRAPPERS, '');
  return bare.replace(
    /\.parametrizations\.weight\.original([01])$/,
    (_, part) => `.weight_${part === '0' ? 'g' : 'v'}`,
  );
}

export const withUpstreamNames = <Tensor>(weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map([...weights].map(([name, tensor]) => [upstreamName(name), tensor]));

/** Names that are the model's but for the number of their layer: left out, the layers below would be of another model. */
export function layersBeyond(names: Iterable<string>, known: readonly string[]): string[] {
  const anyLayer = (name: string) => name.replace(/\.\d+(?=\.)/g, '.#');
  const [exact, alike] = [new Set(known), new Set(known.map(anyLayer))];
  return [...names].filter((name) => !exact.has(name) && /\.\d+\./.test(name) && alike.has(anyLayer(name)));
}
