import { describe, expect, it } from 'vitest';
import { type Eve, packetsOf } from './eve';

describe('the packets of an event', () => {
  it('are those before its own, and its own last', () => {
    const eve = { packet: 'AAEC', packets_before: [{ packet: 'AA==', pcap_cnt: 4 }, { packet: 'AQ==', pcap_cnt: 6 }] };
    expect(packetsOf(eve)).toEqual([...eve.packets_before, eve]);
  });
  it('are its own alone where it carries no other', () => {
    expect(packetsOf({ packet: 'AAEC' })).toHaveLength(1);
    expect(packetsOf({ packet: 'AAEC', packets_before: [null, {}, { packet: 7 }] } as unknown as Eve)).toHaveLength(1);
    expect(packetsOf({ packet: 'AAEC', packets_before: 'none' } as unknown as Eve)).toHaveLength(1);
  });
});
