import { expect, test } from 'vitest';
import { changeOf, pathOf, places, stacksOf } from './situation';

test('34 tiles, none on another, Taiwan, Hong Kong and Macao among them', () => {
  const all = Object.values(places).map(String);
  expect(all.length).toBe(34);
  expect(new Set(all).size).toBe(34);
  for (const code of ['71', '81', '82']) expect(places[code]).toBeDefined();
});

test('counts by severity become one stack an hour', () => {
  const stacks = stacksOf({ from: '2026-03-02T00:00:00Z', bucket_seconds: 3600, series: [{ value: '2', counts: [1, 0] }, { value: '1', counts: [3, 4] }, { value: 'other', counts: [9, 9] }] });
  expect(stacks.map((one) => one.levels)).toEqual([[3, 1, 0, 0, 0], [4, 0, 0, 0, 0]]);
  expect(stacks[1]).toMatchObject({ total: 4, time: Date.parse('2026-03-02T01:00:00Z') });
  expect(stacksOf({ from: '2026-03-02T00:00:00Z', bucket_seconds: 3600, series: [] })).toEqual([]);
});

test('a change needs something before', () => {
  expect(changeOf(3, 2)).toBe(0.5);
  expect(changeOf(3, 0)).toBeUndefined();
});

test('the way down to a place begins where the account stands', () => {
  expect(pathOf('cn/js/works-7', 'cn').map((one) => one.organisation)).toEqual(['cn', 'cn/js', 'cn/js/works-7']);
  expect(pathOf('cn/js/works-7', 'cn/js').map((one) => one.name)).toEqual(['js', 'works-7']);
  expect(pathOf('local', '').map((one) => one.name)).toEqual(['local']);
});
