import { expect, it } from 'vitest';
import { bytesOf, shareOf } from './bytes';

it('says octets in the unit that fits', () => {
  expect(bytesOf(0, 'en')).toBe('0 byte');
  expect(bytesOf(999, 'en')).toBe('999 byte');
  expect(bytesOf(1.5 * 1024 ** 2, 'en')).toBe('1.5 MB');
  expect(bytesOf(512 * 1024 ** 2, 'en')).toBe('512 MB'); // as it is written in the configuration
  expect(bytesOf(512_000_000_000_000_000, 'en')).toMatch(/TB$/);
});

it('takes the bound that ends first', () => {
  expect(shareOf(50, 100, 1000, 0)).toBe(0.5);
  expect(shareOf(50, 0, 70, 20)).toBe(0.5);
  expect(shareOf(50, 100, 10, 20)).toBe(1); // nothing is free above the floor
  expect(shareOf(50, 0, null, 20)).toBeUndefined();
  expect(shareOf(0, 0, 10, 20)).toBe(1);
});
