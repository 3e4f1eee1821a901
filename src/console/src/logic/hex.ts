// The bytes of a packet as lines of sixteen, each byte known as header, payload or matched.
export type Part = 'header' | 'payload' | 'match';
export interface Run {
  part: Part;
  hex: string; // "0a 1b 2c"
  text: string; // printable ASCII, dots else
}
export interface Line {
  offset: string; // "0010"
  runs: Run[];
}

export const line_bytes = 16;
const ethernet = 1;

export function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array(); // not base64: shown as no packet
  }
}

// Where what the protocol says begins and ends: behind Ethernet, its tags, IP and TCP or UDP, and
// before what Ethernet pads short frames with. The whole packet where the layers are others.
export function payloadOf(bytes: Uint8Array, linktype: number | undefined): { start: number; end: number } {
  const word = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const within = (start: number, end = bytes.length) => {
    const last = Math.min(end, bytes.length);
    return { start: Math.min(start, last), end: last };
  };
  if (linktype !== ethernet || bytes.length < 14) return within(0);
  let at = 12;
  while ([0x8100, 0x88a8].includes(word(at)) && at + 4 < bytes.length) at += 4;
  const kind = word(at);
  at += 2;
  let next = -1;
  let end: number | undefined;
  if (kind === 0x0800) {
    end = at + word(at + 2);
    next = bytes[at + 9] ?? -1;
    const later_fragment = (word(at + 6) & 0x1fff) !== 0;
    at += ((bytes[at] ?? 0) & 15) * 4;
    if (later_fragment) return within(at, end);
  } else if (kind === 0x86dd) {
    end = at + 40 + word(at + 4);
    next = bytes[at + 6] ?? -1;
    at += 40;
    for (let i = 0; i < 8 && [0, 43, 60].includes(next); ++i) {
      next = bytes[at] ?? -1;
      at += ((bytes[at + 1] ?? 0) + 1) * 8;
    }
  }
  if (next === 6) at += ((bytes[at + 12] ?? 0) >> 4) * 4;
  if (next === 17) at += 8;
  return within(at, end);
}

// `match` counts from the payload, as the sensor writes it.
export function hexLines(bytes: Uint8Array, { start, end }: { start: number; end: number }, match?: { offset: number; length: number }): Line[] {
  const from = match ? start + match.offset : -1;
  const to = match ? Math.min(from + match.length, bytes.length) : -1;
  const partOf = (at: number): Part => (at >= from && at < to ? 'match' : at < start || at >= end ? 'header' : 'payload');
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += line_bytes) {
    const runs: Run[] = [];
    for (let i = at; i < Math.min(at + line_bytes, bytes.length); ++i) {
      const byte = bytes[i]!;
      const hex = byte.toString(16).padStart(2, '0');
      const text = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
      const last = runs.at(-1);
      if (last?.part === partOf(i)) {
        last.hex += ` ${hex}`;
        last.text += text;
      } else {
        runs.push({ part: partOf(i), hex, text });
      }
    }
    lines.push({ offset: at.toString(16).padStart(4, '0'), runs });
  }
  return lines;
}
