import { describe, expect, it } from 'vitest';
import { bytesOf, hexLines, payloadOf } from './hex';

// An IEC 104 parameter: Ethernet, IPv4 and TCP with options, then 20 bytes.
const packet = bytesOf(
  'AkxZAAAhAkxZAAAGCABFAABIQYpAAEAG5OMKFAAGChQAFbLaCWQIazn7lVi58oAYAD/0QgAAAQEICuXnXyQpNceTaBIGAAoAcAEGAAEAvAIAAAAAPwE=',
);

const whole = { start: 66, end: packet.length };

describe('the payload', () => {
  it('is behind Ethernet, IPv4 and TCP with its options', () => {
    expect(payloadOf(packet, 1)).toEqual(whole);
    expect(packet[66]).toBe(0x68); // the start octet of IEC 104
  });
  it('is behind VLAN tags, too', () => {
    const tagged = new Uint8Array([...packet.slice(0, 12), 0x81, 0, 0, 7, ...packet.slice(12)]);
    expect(payloadOf(tagged, 1)).toEqual({ start: 70, end: packet.length + 4 });
  });
  it('ends before the padding of a short frame', () => {
    expect(payloadOf(new Uint8Array([...packet, 0, 0, 0, 0]), 1)).toEqual(whole);
  });
  it('of a later fragment is all behind IP', () => {
    const fragment = packet.slice();
    fragment[21] = 2;
    expect(payloadOf(fragment, 1).start).toBe(34);
  });
  it('is behind IPv6 and UDP', () => {
    const bytes = new Uint8Array(14 + 40 + 8 + 3 + 5);
    bytes.set([0x86, 0xdd, 0x60, 0, 0, 0, 0, 11, 17], 12);
    expect(payloadOf(bytes, 1)).toEqual({ start: 62, end: 65 });
  });
  it('is everything of what is not known, and never beyond the end', () => {
    expect(payloadOf(packet, 228)).toEqual({ start: 0, end: packet.length });
    expect(payloadOf(packet.slice(0, 40), 1)).toEqual({ start: 34, end: 40 });
    for (let length = 0; length < packet.length; ++length) {
      const { start, end } = payloadOf(packet.slice(0, length), 1);
      expect(start).toBeLessThanOrEqual(end);
      expect(end).toBeLessThanOrEqual(length);
    }
  });
});

describe('lines', () => {
  it('hold every byte once, in order', () => {
    const lines = hexLines(packet, whole);
    const all = lines.flatMap((line) => line.runs.flatMap((run) => run.hex.split(' ')));
    expect(all).toEqual([...packet].map((byte) => byte.toString(16).padStart(2, '0')));
    expect(lines.map((line) => line.offset)).toEqual(['0000', '0010', '0020', '0030', '0040', '0050']);
  });
  it('tell headers from payload', () => {
    const parts = hexLines(packet, whole).flatMap((line) => line.runs.map((run) => [run.part, run.text.length]));
    expect(parts).toEqual([['header', 16], ['header', 16], ['header', 16], ['header', 16], ['header', 2], ['payload', 14], ['payload', 6]]);
  });
  it('mark the match, over the end of a line and not beyond the packet', () => {
    const match = (offset: number, length: number) =>
      hexLines(packet, whole, { offset, length }).flatMap((line) => line.runs.filter((run) => run.part === 'match').map((run) => run.hex));
    expect(match(0, 2)).toEqual(['68 12']);
    expect(match(13, 2)).toEqual(['02', '00']);
    expect(match(18, 50)).toEqual(['3f 01']);
    expect(match(0, 0)).toEqual([]);
  });
  it('are none of what is no base64', () => {
    expect(bytesOf('***')).toHaveLength(0);
    expect(hexLines(bytesOf(''), { start: 0, end: 0 })).toEqual([]);
  });
  it('show what prints', () => {
    expect(hexLines(new Uint8Array([0x41, 0x7f, 0x20, 0x00]), { start: 0, end: 4 })[0]!.runs[0]!.text).toBe('A· ·');
  });
});
