import { optionalPackage } from './optional-package';

const wanted = { language: 'Cantonese', version: '3', has: 'read' as const };
const attempt = (load: () => unknown) => () => optionalPackage<{ read(): string }>('to-jyutping', wanted, load);

test('a package that is there is used', () => {
  expect(attempt(() => ({ read: () => 'nei5' }))().read()).toBe('nei5');
});

test.each<[string, () => unknown, string]>([
  ['is missing', () => undefined, 'Cantonese needs the package to-jyutping; npm install to-jyutping@3'],
  [
    'is of another version',
    () => ({ readAll: () => '' }),
    'to-jyutping is of another version than 3; npm install to-jyutping@3',
  ],
  [
    'does not load',
    () => {
      throw new Error('not for this machine\nand more');
    },
    'to-jyutping does not load (not for this machine); npm install to-jyutping@3',
  ],
])('one that %s is a TextError that says what to install', (_, load, message) => {
  expect(attempt(load)).toThrow(expect.objectContaining({ name: 'TextError', code: 'package', message }));
});
