import { expect, it } from 'vitest';
import { shareOf } from './room';

it('takes the bound that ends first', () => {
  expect(shareOf(50, 100, 1000, 0)).toBe(0.5);
  expect(shareOf(50, 0, 70, 20)).toBe(0.5);
  expect(shareOf(50, 100, 10, 20)).toBe(1); // nothing is free above the floor
  expect(shareOf(50, 0, null, 20)).toBeUndefined();
  expect(shareOf(0, 0, 10, 20)).toBe(1);
});
