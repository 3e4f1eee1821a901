import { expect, it } from 'vitest';
import { bandRange, classQuery, matrixOf, pointsOf } from './operations';

it('asks for operations of a class of verbs', () => {
  expect(classQuery('run')).toBe('class:operation verb:(start or stop or reset or mode)');
});

it('sorts writers by how much they do and controllers by address', () => {
  const { writers, controllers, count } = matrixOf([
    ['10.0.0.1', '10.0.1.20', 1], ['10.0.0.2', '10.0.1.3', 4], ['10.0.0.2', '10.0.1.20', 2], [null, '10.0.1.9', 7],
  ]);
  expect(writers).toEqual(['10.0.0.2', '10.0.0.1']);
  expect(controllers).toEqual(['10.0.1.3', '10.0.1.20']);
  expect([count('10.0.0.2', '10.0.1.3'), count('10.0.0.1', '10.0.1.3')]).toEqual([4, 0]);
});

it('puts those first whose operations alarmed, the gravest before the others', () => {
  const { writers, alerts } = matrixOf([['10.0.0.1', '10.0.1.3', 90], ['10.0.0.2', '10.0.1.3', 5], ['10.0.0.3', '10.0.1.3', 1]], [['10.0.0.3', '10.0.1.3', 2, 1], ['10.0.0.2', '10.0.1.3', 4, 4], [null, null, 1, 1]]);
  expect(writers).toEqual(['10.0.0.3', '10.0.0.2', '10.0.0.1']);
  expect([alerts('10.0.0.3', '10.0.1.3'), alerts('10.0.0.1', '10.0.1.3')]).toEqual([{ count: 2, worst: 1 }, undefined]);
});

it('takes numbers, oldest first, and the week before the first', () => {
  const row = (id: string, time: string, value: unknown) => ({ id, time, event: { ot: { value } } });
  const points = pointsOf([row('b', '2026-03-02T11:00:05Z', 9), row('x', '2026-03-02T11:00:04Z', 'off'), row('a', '2026-03-02T11:00:00Z', 3)]);
  expect(points.map(({ id, value }) => [id, value])).toEqual([['a', 3], ['b', 9]]);
  expect(bandRange(points[0]!.time)).toEqual({ from: '2026-02-23T11:00:00.000Z', to: '2026-03-02T11:00:00.000Z' });
});
