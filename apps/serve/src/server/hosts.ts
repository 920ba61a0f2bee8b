// By which names this service is known. A page of another site can let its own name lead to this machine (DNS rebinding) and would then be
// of our origin; but its requests carry that name. Addresses and names of this machine itself cannot be such a page's.
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../requests/api-error';

/** For those who look after the service, who may call it anything; there is nothing to learn there. */
const OPEN = new Set(['/healthz', '/readyz']);

export class Hosts {
  private readonly names: ReadonlySet<string>;

  /**
   * @param bound what the service listens on
   * @param allowed other names, or * for all
   */
  constructor(bound: string, allowed: readonly string[]) {
    this.names = new Set([bound, ...allowed].map((name) => name.toLowerCase()));
  }

  /** @throws ApiError 403 for a request that was sent to a name that is not ours */
  check({ headers: { host }, routeOptions }: FastifyRequest): void {
    // Without one, it is no browser's.
    if (host === undefined || this.accepts(host) || OPEN.has(routeOptions.url ?? '')) return;
    const name = JSON.stringify(host.slice(0, 100));
    throw new ApiError(
      403,
      'foreign_host',
      `this service is not known as ${name}; start it with --allow-host and that name`,
    );
  }

  /** @param host a name or an address, and maybe a port, as in a request's header */
  accepts(host: string): boolean {
    if (this.names.has('*')) return true;
    const name = nameOf(host);
    if (name === undefined) return false;
    return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || this.names.has(name);
  }
}

/** The name without its port, in lower case; undefined for what is none. */
function nameOf(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
