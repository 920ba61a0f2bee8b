import { wholeNumber } from './whole-number';

test('only whole numbers pass', () => {
  expect(wholeNumber('0')).toBe(0);
  expect(wholeNumber('12345')).toBe(12345);
  for (const text of ['', '-1', '1.5', 'x', '1e3', '99999999999999999999'])
    expect(() => wholeNumber(text)).toThrow('whole number');
});
