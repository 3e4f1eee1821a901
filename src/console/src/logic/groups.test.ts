import { describe, expect, it } from 'vitest';
import type { AlertGroup } from '../api/client';
import { onlyState, sameState, timeAfter, withState } from './groups';

const group = { count: 3, states: { new: 2, acknowledged: 1, closed: 0, 'false-positive': 0 } } as AlertGroup;

describe('groups', () => {
  it('count their alerts by state', () => {
    expect(withState(group, 'new', 'closed').states).toEqual({ new: 1, acknowledged: 1, closed: 1, 'false-positive': 0 });
    expect(withState(group, 'new', 'new')).toBe(group);
    expect(withState(group, 'closed', 'new').states.closed).toBe(0);
    expect(sameState(group)).toBeUndefined();
    expect(sameState(onlyState(group, 'false-positive'))).toBe('false-positive');
  });
  it('end a microsecond after their last alert', () => {
    expect(timeAfter('2026-03-02T08:00:00.123456+0000')).toBe('2026-03-02T08:00:00.123457+0000');
    expect(timeAfter('2026-12-31T23:59:59.999999+0000')).toBe('2027-01-01T00:00:00.000000+0000');
  });
});
