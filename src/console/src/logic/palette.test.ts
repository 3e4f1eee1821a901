import { describe, expect, it } from 'vitest';
import { destinationsOf } from './palette';

describe('destinationsOf', () => {
  it('takes addresses and networks of both kinds', () => {
    for (const text of ['10.20.0.7', ' 10.0.0.0/8 ', 'fe80::1', '2001:db8::/32']) expect(destinationsOf(text)[0]?.kind).toBe('alertsOf');
    for (const text of ['10.20.0.256', '10.20.0', 'sensors', '']) expect(destinationsOf(text)).toEqual([]);
  });
  it('leads to the asset of an address, not of a network', () => {
    expect(destinationsOf('10.20.0.7').map((each) => each.kind)).toEqual(['alertsOf', 'asset', 'hunt']);
    expect(destinationsOf('10.0.0.0/8').map((each) => each.kind)).toEqual(['alertsOf', 'hunt']);
  });
  it('takes a query', () => {
    expect(destinationsOf('verb:write')).toEqual([{ kind: 'hunt', value: 'verb:write', href: '/hunt?q=verb%3Awrite' }]);
  });
  it('takes what may be the id of an alert', () => {
    expect(destinationsOf('65f0c2d41c9a0b12-a-17')).toEqual([
      { kind: 'alert', value: '65f0c2d41c9a0b12-a-17', href: '/alerts?at=65f0c2d41c9a0b12-a-17&open=1' },
    ]);
    expect(destinationsOf('notifications')).toEqual([]);
  });
});
