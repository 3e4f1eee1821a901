import { describe, expect, it } from 'vitest';
import { asCommand, asCurl, chipsOf, columnValue, leaves, narrowed, quoted, split } from './query';

describe('split', () => {
  it('finds the first bar outside quotes, of either width', () => {
    expect(split('verb:write | head 3')).toEqual({ filter: 'verb:write', rest: '| head 3' });
    expect(split('rule:"a | b" ｜ timechart')).toEqual({ filter: 'rule:"a | b"', rest: '｜ timechart' });
    expect(split(' pump ')).toEqual({ filter: 'pump', rest: '' });
  });
});

describe('narrowed', () => {
  it('adds, excludes, replaces and groups, and keeps what stands behind the bar', () => {
    expect(narrowed('', 'include', 'src', '10.0.0.1')).toBe('src:10.0.0.1');
    expect(narrowed('verb:write | head 3', 'include', 'src', '10.0.0.1')).toBe('verb:write src:10.0.0.1 | head 3');
    expect(narrowed('verb:write', 'exclude', 'rule', 'S7 CPU')).toBe('verb:write not rule:"S7 CPU"');
    expect(narrowed('verb:write | head 3', 'only', 'verb', 'stop')).toBe('verb:stop | head 3');
    expect(narrowed('verb:write | groupby src', 'groupBy', 'dst', 'x')).toBe('verb:write | groupby dst');
  });
  it('holds alternatives together', () => {
    expect(narrowed('a or b', 'include', 'src', '::1')).toBe('(a or b) src:::1');
    expect(narrowed('泵 或 阀', 'exclude', 'src', '1.2.3.4')).toBe('(泵 或 阀) not src:1.2.3.4');
    expect(narrowed('"form" door', 'include', 'verb', 'read')).toBe('"form" door verb:read');
  });
});

it('quotes what would mean something else', () => {
  expect(quoted('40001')).toBe('40001');
  expect(quoted('a"b\\c')).toBe('"a\\"b\\\\c"');
  for (const text of ['a b', 'or', '1..5', 'wr*te', '-1', '', '(x)']) expect(quoted(text)).toBe(`"${text}"`);
});

describe('chipsOf', () => {
  const terms = (query: string, ...texts: string[]) => texts.map((text) => ({ text, start: query.indexOf(text), end: query.indexOf(text) + text.length }));
  it('takes a query apart whose terms stand side by side', () => {
    const query = 'verb:write and not src:10.0.0.1 | head 5';
    expect(chipsOf(query, terms(query, 'verb:write', 'src:10.0.0.1'))).toEqual([
      { text: 'verb:write', without: 'not src:10.0.0.1 | head 5' },
      { text: 'not src:10.0.0.1', without: 'verb:write | head 5' },
    ]);
  });
  it('leaves alternatives and parentheses whole', () => {
    for (const query of ['a or b', '(a b)', 'a not (b)']) expect(chipsOf(query, terms(query, 'a', 'b'))).toEqual([]);
  });
});

it('copies what a shell takes as it is', () => {
  expect(asCommand({ query: "rule:\"it's\"", from: '-24h' })).toBe(`langyan query --from '-24h' 'rule:"it'\\''s"'`);
  expect(asCurl({ query: 'verb:write' }, 'http://x', '/api/v1/search')).toBe(
    `curl -G -H "Authorization: Bearer $LANGYAN_TOKEN" --data-urlencode 'query=verb:write' 'http://x/api/v1/search'`);
});

it('reads columns and leaves of an event', () => {
  const row = { sensor: 's1', organisation: 'o', event: { src_ip: '10.0.0.1', ot: { value: 7, items: [1, 2] }, modbus: { unit_id: 3 } } };
  expect(['src', 'value', 'sensor', 'eve.modbus.unit_id', 'rule'].map((name) => columnValue(row, name))).toEqual(['10.0.0.1', '7', 's1', '3', '']);
  expect(leaves(row.event)).toEqual([
    { path: 'src_ip', text: '10.0.0.1' }, { path: 'ot.value', text: '7' }, { path: 'ot.items', text: '[1,2]' }, { path: 'modbus.unit_id', text: '3' },
  ]);
});
