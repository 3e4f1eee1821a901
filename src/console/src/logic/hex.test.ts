import { describe, expect, it } from 'vitest';
import { bytesOf, hexLines, payloadStart } from './hex';

// An IEC 104 parameter: Ethernet, IPv4 and TCP with options, then 20 bytes.
const packet = bytesOf(
  'AkxZAAAhAkxZAAAGCABFAABIQYpAAEAG5OMKFAAGChQAFbLaCWQIazn7lVi58oAYAD/0QgAAAQEICuXnXyQpNceTaBIGAAoAcAEGAAEAvAIAAAAAPwE=',
);

describe('where the payload starts', () => {
  it('is behind Ethernet, IPv4 and TCP with its options', () => {
    expect(payloadStart(packet, 1)).toBe(14 + 20 + 32);
    expect(packet[66]).toBe(0x68); // the start octet of IEC 104
  });
  it('counts VLAN tags', () => {
    const tagged = new Uint8Array([...packet.slice(0, 12), 0x81, 0, 0, 7, ...packet.slice(12)]);
    expect(payloadStart(tagged, 1)).toBe(70);
  });
  it('is the first byte of what it does not know, and never behind the end', () => {
    expect(payloadStart(packet, 228)).toBe(0);
    expect(payloadStart(packet.slice(0, 40), 1)).toBe(34);
    expect(payloadStart(packet.slice(0, 20), 1)).toBeLessThanOrEqual(20);
    expect(payloadStart(new Uint8Array(), 1)).toBe(0);
  });
});

describe('lines', () => {
  it('hold every byte once, in order', () => {
    const lines = hexLines(packet, 66);
    const all = lines.flatMap((line) => line.runs.flatMap((run) => run.hex.split(' ')));
    expect(all).toEqual([...packet].map((byte) => byte.toString(16).padStart(2, '0')));
    expect(lines.map((line) => line.offset)).toEqual(['0000', '0010', '0020', '0030', '0040', '0050']);
  });
  it('tell headers from payload', () => {
    const parts = hexLines(packet, 66).flatMap((line) => line.runs.map((run) => [run.part, run.text.length]));
    expect(parts).toEqual([['header', 16], ['header', 16], ['header', 16], ['header', 16], ['header', 2], ['payload', 14], ['payload', 6]]);
  });
  it('mark the match, over the end of a line and not beyond the packet', () => {
    const match = (offset: number, length: number) =>
      hexLines(packet, 66, { offset, length }).flatMap((line) => line.runs.filter((run) => run.part === 'match').map((run) => run.hex));
    expect(match(0, 2)).toEqual(['68 12']);
    expect(match(13, 2)).toEqual(['02', '00']);
    expect(match(18, 50)).toEqual(['3f 01']);
    expect(match(0, 0)).toEqual([]);
  });
  it('are none of what is no base64', () => {
    expect(bytesOf('***')).toHaveLength(0);
    expect(hexLines(bytesOf(''), 0)).toEqual([]);
  });
  it('show what prints', () => {
    expect(hexLines(new Uint8Array([0x41, 0x7f, 0x20, 0x00]), 0)[0]!.runs[0]!.text).toBe('A· ·');
  });
});
