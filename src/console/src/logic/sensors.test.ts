import { describe, expect, it } from 'vitest';
import { byTrouble, countersOf, dropShare, healthOf, lossesOf, ratesOf, type Sensor } from './sensors';

const report = (second: number, packets: number, bytes = packets * 100) => ({
  timestamp: new Date(second * 1000).toISOString(), stats: { capture: { packets, bytes } },
});
const now = Date.parse('2026-03-02T08:00:00Z');
const sensor = (name: string, age: number, capture: Record<string, number> = {}): Sensor => ({
  name, organisation: 'local', first_seen: '', last_event: '', events: 0, alerts: 0, streams: [],
  last_seen: new Date(now - age * 1000).toISOString(), stats: { stats: { capture: { packets: 90, ...capture } } } as never,
});

describe('rates', () => {
  it('come from two reports each, in whatever order they are listed', () => {
    expect(ratesOf([report(120, 900), report(0, 0), report(60, 600)]).map((rate) => [rate.packets, rate.bits])).toEqual([[10, 8000], [5, 4000]]);
  });
  it('do not reach over a restart, nor divide by no time', () => {
    expect(ratesOf([report(0, 900), report(60, 10), report(60, 10), report(120, 70)]).map((rate) => rate.packets)).toEqual([1]);
    expect(ratesOf([report(0, 5)])).toEqual([]);
    expect(ratesOf([{}, {}])).toEqual([]);
  });
});

describe('losses', () => {
  it('are named by cause, and only those there are', () => {
    const counters = countersOf({ stats: { capture: { packets: 90, kernel_drop: 10 }, decode: { invalid: 0 } } });
    expect(lossesOf(counters)).toEqual([{ cause: 'capture.kernel_drop', count: 10 }]);
    expect(dropShare(counters)).toBeCloseTo(0.1);
  });
  it('are none without counters', () => {
    expect(lossesOf(countersOf(null))).toEqual([]);
    expect(dropShare({})).toBe(0);
  });
});

describe('health', () => {
  it('is silence after three missed reports, loss when packets were dropped', () => {
    expect(healthOf(sensor('a', 181), now)).toBe('stale');
    expect(healthOf(sensor('a', 179), now)).toBe('ok');
    expect(healthOf(sensor('a', 1, { kernel_drop: 1 }), now)).toBe('losing');
  });
  it('puts trouble first', () => {
    const order = byTrouble([sensor('b', 1), sensor('c', 1, { kernel_drop: 1 }), sensor('a', 1), sensor('d', 999)], now);
    expect(order.map((one) => one.name)).toEqual(['d', 'c', 'a', 'b']);
  });
});
