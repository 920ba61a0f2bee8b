// --provider, of every command that computes.
import { Option } from 'commander';

export type Provider = 'cpu' | 'cuda' | 'webgpu';

export function providerOption(): Option {
  return new Option(
    '--provider <name>',
    'where it is computed; what that cannot do, the processor does (default: cpu)',
  ).choices(['cpu', 'cuda', 'webgpu']);
}
