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

// Where what the protocol says begins: behind Ethernet, its tags, IP and TCP or UDP. The whole
// packet counts as payload where the layers are others.
export function payloadStart(bytes: Uint8Array, linktype: number | undefined): number {
  if (linktype !== ethernet || bytes.length < 14) return 0;
  const word = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  let at = 12;
  while ([0x8100, 0x88a8].includes(word(at)) && at + 4 < bytes.length) at += 4;
  const kind = word(at);
  at += 2;
  let next = -1;
  if (kind === 0x0800) {
    next = bytes[at + 9] ?? -1;
    if (word(at + 6) & 0x1fff) return bounded(at + ((bytes[at] ?? 0) & 15) * 4, bytes); // a later fragment
    at += ((bytes[at] ?? 0) & 15) * 4;
  } else if (kind === 0x86dd) {
    next = bytes[at + 6] ?? -1;
    at += 40;
    for (let i = 0; i < 8 && [0, 43, 60].includes(next); ++i) {
      next = bytes[at] ?? -1;
      at += ((bytes[at + 1] ?? 0) + 1) * 8;
    }
  }
  if (next === 6) at += ((bytes[at + 12] ?? 0) >> 4) * 4;
  if (next === 17) at += 8;
  return bounded(at, bytes);
}

const bounded = (at: number, bytes: Uint8Array) => Math.min(at, bytes.length);

// `match` counts from the payload, as the sensor writes it.
export function hexLines(bytes: Uint8Array, start: number, match?: { offset: number; length: number }): Line[] {
  const from = match ? start + match.offset : -1;
  const to = match ? Math.min(from + match.length, bytes.length) : -1;
  const partOf = (at: number): Part => (at >= from && at < to ? 'match' : at < start ? 'header' : 'payload');
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
