import { describe, expect, it } from 'vitest';
import { decodedParts } from './decoded';

describe('decoded fields', () => {
  it('join code and name, and keep what has only a name', () => {
    const [part] = decodedParts({ app_proto: 'modbus', modbus: { request: { function: 6, function_name: 'write_single_register', registers: [9000, 1], vendor_name: 'x' } } });
    expect(part).toEqual({
      part: 'request', items: [], itemsTotal: 0,
      rows: [{ name: 'function', value: '6 write_single_register' }, { name: 'registers', value: '9000, 1' }, { name: 'vendor_name', value: 'x' }],
    });
  });
  it('show request and answer apart, and items with their true number', () => {
    const parts = decodedParts({ app_proto: 'iec104', iec104: { request: { a: 1 }, response: { b: false, items: [{ ioa: 7 }], items_total: 40 } } });
    expect(parts.map((part) => part.part)).toEqual(['request', 'response']);
    expect(parts[1]!.items).toEqual([[{ name: 'ioa', value: '7' }]]);
    expect(parts[1]!.itemsTotal).toBe(40);
  });
  it('take a message that stands alone, and nothing where there is none', () => {
    expect(decodedParts({ app_proto: 'iec104', iec104: { format: 0 } })[0]!.part).toBe('alone');
    expect(decodedParts({ app_proto: 'dns' })).toEqual([]);
    expect(decodedParts({})).toEqual([]);
  });
});
