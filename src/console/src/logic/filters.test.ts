import { describe, expect, it } from 'vitest';
import { filtersOf, queryOf, rangeOf, readInput, readSearch, toggled, withoutValue, withValue } from './filters';

describe('the URL', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(readSearch({ severity: '1,2', verb: 'write', x: '1', at: '7-1', open: '1', since: '7d' })).toEqual({
      severity: '1,2', verb: 'write', at: '7-1', open: '1', since: '7d',
    });
  });
  it('drops a range nobody offers, a time that is none, and details of nothing', () => {
    expect(readSearch({ since: '3y', from: 'yesterday', to: '2026-13-45T00:00', open: '1', q: '' })).toEqual({});
  });
  it('is short for the usual range', () => {
    expect(readSearch({ since: '24h' })).toEqual({});
    expect(rangeOf({})).toBe('24h');
  });
  it('comes back from filters unchanged', () => {
    const search = readSearch({ src_ip: '10.0.0.0/8,fd00::/8', q: 'stop', since: '1h' });
    expect(readSearch({ ...search })).toEqual(search);
    expect(filtersOf(search)).toEqual({ src_ip: '10.0.0.0/8,fd00::/8', q: 'stop' });
  });
});

describe('the query', () => {
  it('splits lists, keeps texts whole, counts time back and hides what is muted', () => {
    expect(queryOf({ severity: '1,2', q: 'a,b', at: 'x', open: '1' })).toEqual({ severity: ['1', '2'], q: 'a,b', from: '-24h', muted: 'hide' });
  });
  it('has no time for all, and absolute times before relative ones', () => {
    expect(queryOf({ since: 'all', muted: 'only' })).toEqual({ muted: 'only' });
    expect(queryOf({ since: '1h', from: '2026-03-02T08:00:00Z' })).toEqual({ from: '2026-03-02T08:00:00Z', muted: 'hide' });
  });
});

describe('the filter box', () => {
  it('reads pairs, short names, quotes and full-width colons', () => {
    expect(readInput('src:10.0.0.5 op=write obj:"DB10.DBW4, DB2" sev：critical').filters).toEqual({
      src_ip: '10.0.0.5', verb: 'write', object: 'DB10.DBW4, DB2', severity: 'critical',
    });
  });
  it('takes IPv6 addresses as they are', () => {
    expect(readInput('dst:fd20::5').filters).toEqual({ dst_ip: 'fd20::5' });
  });
  it('looks for other words in the text', () => {
    expect(readInput('controller "was stopped" proto:s7comm').filters).toEqual({ q: 'controller was stopped', protocol: 's7comm' });
  });
  it('joins a field given twice', () => {
    expect(readInput('port:502 port:102').filters).toEqual({ port: '502,102' });
  });
  it('names a field it does not know', () => {
    expect(readInput('colour:red')).toEqual({ filters: {}, unknown: 'colour' });
  });
});

describe('chips', () => {
  it('toggle, and vanish with their last value', () => {
    expect(toggled({ severity: '1' }, 'severity', '2')).toEqual({ severity: '1,2' });
    expect(toggled({ severity: '1' }, 'severity', '1').severity).toBeUndefined();
    expect(withoutValue({ q: 'a,b' }, 'q', 'a,b').q).toBeUndefined();
    expect(withValue({ flow_id: '1' }, 'flow_id', '2')).toEqual({ flow_id: '2' });
  });
});
