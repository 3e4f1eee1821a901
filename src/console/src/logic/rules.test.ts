import { expect, it } from 'vitest';
import type { Detection } from '../api/session';
import { isNoisy, rulesOf, wrongShare } from './rules';

const words = { en: 'A', zh: '甲' };
const detection = (sid: number): Detection => ({ gid: 1, sid, title: words, meaning: words, advice: words });
const catalogue = new Map([['1:10', detection(10)], ['1:11', detection(11)]]);

it('lists what fired, most first, then what is silent', () => {
  const rules = rulesOf(catalogue, { rows: [{ value: '99', label: 'a foreign rule', count: 3 }, { value: '11', count: 20 }] }, { rows: [{ value: '11', count: 5 }] }, { rows: [{ value: '11', count: 12 }] });
  expect(rules.map((rule) => rule.sid)).toEqual([11, 99, 10]);
  expect(rules[0]).toMatchObject({ hits: 20, fresh: 5, wrong: 12 });
  expect(rules[1]).toMatchObject({ text: 'a foreign rule', detection: undefined });
  expect(rules[2]).toMatchObject({ hits: 0, fresh: 0 });
});

it('calls noisy what makes a tenth of all or is mostly wrong', () => {
  const [most, little] = rulesOf(new Map(), { rows: [{ value: '1', count: 95 }, { value: '2', count: 5 }] }, undefined, { rows: [{ value: '2', count: 2 }] });
  expect(isNoisy(most!, 100)).toBe(true);
  expect(isNoisy(little!, 100)).toBe(false);
  expect(wrongShare(little!)).toBe(0.4);
  expect(isNoisy({ ...little!, wrong: 3 }, 100)).toBe(true);
  expect(isNoisy({ ...little!, hits: 0 }, 0)).toBe(false);
});
