import { describe, expect, it } from 'vitest';
import { ageOf, clock, fromField, toField } from './time';

describe('times', () => {
  it('are written in UTC with milliseconds, from the form the center writes', () => {
    expect(clock('2026-03-02T08:00:07.157027+0000', 'utc')).toBe('03-02 08:00:07.157');
    expect(clock('2026-03-02T08:00:07.157027+0000', 'utc', true)).toBe('2026-03-02 08:00:07.157Z');
    expect(clock('soon', 'utc')).toBe('soon');
  });
  it('are the same moment in local time', () => {
    const local = clock('2026-03-02T08:00:07.157Z', 'local', true);
    expect(Date.parse(local.replace(' ', 'T'))).toBe(Date.parse('2026-03-02T08:00:07.157Z'));
  });
  it('go through the fields of a form and back', () => {
    for (const zone of ['utc', 'local'] as const) {
      expect(fromField(toField('2026-03-02T08:05:00.000Z', zone), zone)).toBe('2026-03-02T08:05:00.000Z');
      expect(fromField('', zone)).toBeUndefined();
    }
  });
});

describe('ages', () => {
  it('take the largest unit', () => {
    expect([0, 59, 60, 3599, 3600, 90000].map((s) => Object.values(ageOf(s)).join(''))).toEqual(['0s', '59s', '1m', '59m', '1h', '1d']);
  });
});
