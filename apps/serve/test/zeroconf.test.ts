// What the network is told of Wyoming: by the real library, on the loopback alone, and what is refused before anything is told.
import { Bonjour } from 'bonjour-service';
import { announceWyoming, checkAnnounced, type Bonjour as Used } from '../src/wyoming/zeroconf';

const WAIT_MILLISECONDS = 8000;

test('it is announced where it listens, and taken back', async () => {
  // Options of the library below, which its types leave out.
  const listener = new Bonjour({ interface: '127.0.0.1', bind: '0.0.0.0' } as object);
  const name = `gpt-talker test ${process.pid}`;
  const errors: Error[] = [];
  const seen = new Promise<{ port: number; type: string } | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), WAIT_MILLISECONDS);
    listener.find({ type: 'wyoming' }, (service) => {
      if (service.name !== name) return;
      clearTimeout(late);
      resolve({ port: service.port, type: service.type });
    });
  });
  const announcement = await announceWyoming({
    name,
    host: '127.0.0.1',
    port: 10_200,
    onError: (error) => errors.push(error),
  });
  const found = await seen;
  await announcement.stop();
  await new Promise<void>((resolve) => listener.destroy(() => resolve()));
  // A machine without multicast on its loopback receives nothing, and says so.
  if (found === undefined && errors.length > 0) return console.warn(`no multicast here: ${errors[0].message}`);
  expect(found).toEqual({ port: 10_200, type: 'wyoming' });
});

test('one address is announced alone, all of them where it listens on all; goodbye is waited for, but not for ever', async () => {
  const made: unknown[] = [];
  class Silent implements Used {
    destroyed = false;
    constructor(options: object) {
      made.push(options);
    }
    publish(service: object) {
      made.push(service);
      return { on: () => undefined };
    }
    unpublishAll() {}
    destroy() {
      made.push('destroyed');
    }
  }
  for (const [host, options] of [
    ['192.168.1.5', { interface: '192.168.1.5', bind: '0.0.0.0' }],
    ['0.0.0.0', {}],
    ['::', {}],
  ] as const) {
    made.length = 0;
    const announcement = await announceWyoming(
      { name: 'x', host, port: 1, onError: () => undefined },
      async () => Silent,
    );
    await announcement.stop();
    expect(made).toEqual([options, { name: 'x', type: 'wyoming', protocol: 'tcp', port: 1, probe: true }, 'destroyed']);
  }
});

test.each([
  ['127.0.0.1', 10_200, /nobody else reaches 127\.0\.0\.1; give --host 0\.0\.0\.0/],
  ['localhost', 10_200, /nobody else reaches localhost/],
  ['0.0.0.0', undefined, /give --wyoming and its port too/],
])('%s and port %s are refused', (host, port, message) => {
  expect(() => checkAnnounced(host, port)).toThrow(message);
});
