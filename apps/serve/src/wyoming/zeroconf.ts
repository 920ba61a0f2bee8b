// Announces Wyoming on the network, so that Home Assistant finds it by itself: DNS-SD over multicast DNS, by bonjour-service
// (https://github.com/onlxltd/bonjour-service, MIT, JavaScript alone), an optional peer that is loaded only where it is asked for.
import { isIP } from 'node:net';
import { loadOptionalPackage } from '../optional-package';
import { UsageError } from '../report-error';

export const ZEROCONF_INSTALL = 'npm install bonjour-service';

export interface Announcement {
  /** Takes it back, so that nobody goes on looking here. */
  stop(): Promise<void>;
}

export interface AnnouncementOptions {
  /** What people read in Home Assistant; one of the same name must not be there already. */
  name: string;
  /** What Wyoming listens on: an address, or all of them. */
  host: string;
  port: number;
  onError(error: Error): void;
}

interface Published {
  on(event: 'error', listener: (error: Error) => void): void;
}

/** What is used of bonjour-service. */
export interface Bonjour {
  publish(service: { name: string; type: string; protocol: 'tcp'; port: number; probe: boolean }): Published;
  unpublishAll(done: () => void): void;
  destroy(done?: () => void): void;
}
export type BonjourClass = new (
  options: { interface?: string; bind?: string },
  onError: (error: Error) => void,
) => Bonjour;

const GOODBYE_MILLISECONDS = 1000;

/** @throws UsageError where bonjour-service is not installed */
export async function announceWyoming(
  { name, host, port, onError }: AnnouncementOptions,
  load: () => Promise<BonjourClass> = loadBonjour,
): Promise<Announcement> {
  const BonjourService = await load();
  // Told by one address, it is announced there alone.
  const isOne = isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::';
  // A socket that is bound to it would not receive the questions, which go to a multicast address.
  const bonjour = new BonjourService(isOne ? { interface: host, bind: '0.0.0.0' } : {}, onError);
  bonjour.publish({ name, type: 'wyoming', protocol: 'tcp', port, probe: true }).on('error', onError);
  return {
    stop: () =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(late);
          bonjour.destroy();
          resolve();
        };
        // Where the network is gone, nobody receives it.
        const late = setTimeout(end, GOODBYE_MILLISECONDS);
        bonjour.unpublishAll(end);
      }),
  };
}

/** @throws UsageError where others cannot come to what would be announced */
export function checkAnnounced(host: string, wyomingPort: number | undefined): void {
  if (wyomingPort === undefined)
    throw new UsageError('--zeroconf announces where Wyoming is; give --wyoming and its port too');
  if (host === 'localhost' || host === '::1' || host.startsWith('127.'))
    throw new UsageError(
      `--zeroconf: nobody else reaches ${host}; give --host 0.0.0.0, or this machine's address in your network`,
    );
}

async function loadBonjour(): Promise<BonjourClass> {
  const name = 'bonjour-service';
  const loaded = await loadOptionalPackage(
    name,
    ({ absent }) =>
      `--zeroconf: ${name} ${absent ? 'is not installed' : 'cannot be loaded'}; run '${ZEROCONF_INSTALL}', or enter host and port in Home Assistant`,
  );
  const { Bonjour, default: whole } = loaded as {
    Bonjour?: BonjourClass;
    default?: BonjourClass & { Bonjour?: BonjourClass };
  };
  return (Bonjour ?? whole?.Bonjour ?? whole)!;
}
