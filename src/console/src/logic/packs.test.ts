import { describe, expect, it } from 'vitest';
import { kindOf, outcomeOf, readHead } from './packs';

const text = (files: number, version = 7) => [
  '{"file":"langyan pack","version":1,"key":"k","signature":"s"}',
  `{"pack":"cn-ot","version":${version},"issued":"2026-11-29","issuer":"示例","note":{"en":"","zh":"试验"},"files":${files}}`,
  ...Array.from({ length: files }, (_, i) => `{"name":"${i}.rules","text":"alert …\\n"}`), '',
].join('\n');

describe('readHead', () => {
  it('reads what a pack says of itself', () => {
    expect(readHead(text(2))).toEqual({ name: 'cn-ot', version: 7, issuer: '示例', issued: '2026-11-29', note: { en: '', zh: '试验' }, files: ['0.rules', '1.rules'] });
  });
  it('takes nothing else for one', () => {
    for (const other of ['', 'alert tcp any any', '{"file":"langyan vulnerabilities"}\n{"pack":"a","version":1}', '{}', text(1).slice(0, 90)]) expect(readHead(other)).toBeUndefined();
  });
});

describe('kindOf', () => {
  it('tells rules, lists beside them, and what was taken back', () => {
    expect(kindOf(['a.rules', 'a.yaml'])).toBe('rules');
    expect(kindOf(['a.rules', 'bad.lst'])).toBe('lists');
    expect(kindOf([])).toBe('withdrawn');
  });
});

describe('outcomeOf', () => {
  it('says what would come of it', () => {
    const head = readHead(text(1))!;
    const held = (version: number, from_above = false) => ({ version, from_above });
    expect([undefined, held(6), held(7), held(8), held(6, true)].map((one) => outcomeOf(head, one))).toEqual(['new', 'newer', 'same', 'older', 'above']);
    expect(outcomeOf(readHead(text(0))!, held(6))).toBe('withdraws');
  });
});
