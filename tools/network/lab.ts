// Machines that are network namespaces of this one: for what only goes wrong between machines. All of it lives in namespaces that the command makes for
// itself and that end with it, however it ends; nothing outside is touched.
//
//   hub 10.77.0.1 ── front ──┬── a host 10.77.0.N       what clients use
//       10.78.0.1 ── back ───┴── the same 10.78.0.N     the way to Redis, which can be cut
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const INSIDE = 'GPT_TALKER_LAB';

export interface LabHost {
  name: string;
  /** On the front network. */
  address: string;
  /** What a command line begins with to run there. */
  prefix: string[];
  /** Cuts the way to the back network, or restores it. Nobody is told: what is sent is lost. */
  back(connected: boolean): void;
}

export const HUB_FRONT = '10.77.0.1';
export const HUB_BACK = '10.78.0.1';

/**
 * Runs this program again inside namespaces of its own.
 * @returns false in there; where this is the outer one, it has set the exit code already. Without the rights it says so, and the exit code is 0
 */
export function isOutside(): boolean {
  if (process.env[INSIDE] !== undefined) return false;
  const unshare = ['--mount', '--net', '--fork', '--kill-child'];
  if (spawnSync('unshare', [...unshare, 'ip', 'link', 'show', 'lo']).status !== 0) {
    console.log('skipped: network namespaces need unshare, ip and the rights of root');
    return true;
  }
  const { status } = spawnSync(
    'unshare',
    [...unshare, process.execPath, path.join(__dirname, '../run.cjs'), ...process.argv.slice(1)],
    {
      stdio: 'inherit',
      env: { ...process.env, [INSIDE]: '1' },
    },
  );
  process.exitCode = status ?? 1;
  return true;
}

/** To be called inside. */
export function openLab(count: number): LabHost[] {
  // Names of namespaces are files, here in a place that nobody else sees.
  ip('mount', '-t', 'tmpfs', 'tmpfs', '/run');
  ip('ip', 'link', 'set', 'lo', 'up');
  for (const [bridge, address] of [
    ['front', HUB_FRONT],
    ['back', HUB_BACK],
  ]) {
    ip('ip', 'link', 'add', bridge, 'type', 'bridge');
    ip('ip', 'address', 'add', `${address}/24`, 'dev', bridge);
    ip('ip', 'link', 'set', bridge, 'up');
  }
  return Array.from({ length: count }, (_, index) => addHost(`host${index + 1}`, index + 11));
}

function addHost(name: string, number: number): LabHost {
  ip('ip', 'netns', 'add', name);
  const inside = ['nsenter', `--net=/run/netns/${name}`];
  ip(...inside, 'ip', 'link', 'set', 'lo', 'up');
  for (const [bridge, network] of [
    ['front', '10.77.0'],
    ['back', '10.78.0'],
  ]) {
    ip('ip', 'link', 'add', `${bridge}-${name}`, 'type', 'veth', 'peer', 'name', bridge, 'netns', name);
    ip('ip', 'link', 'set', `${bridge}-${name}`, 'master', bridge, 'up');
    ip(...inside, 'ip', 'address', 'add', `${network}.${number}/24`, 'dev', bridge);
    ip(...inside, 'ip', 'link', 'set', bridge, 'up');
  }
  const back = (connected: boolean) => ip('ip', 'link', 'set', `back-${name}`, connected ? 'up' : 'down');
  return { name, address: `10.77.0.${number}`, prefix: inside, back };
}

function ip(...[command, ...args]: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
