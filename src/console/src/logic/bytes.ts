// Octets in words, by the units of the configuration (1 kB is 1,024), and how much of the room there is has been used.
import type { Language } from '../i18n';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function bytesOf(value: number, language: Language): string {
  const step = Math.min(value < 1 ? 0 : Math.floor(Math.log2(value) / 10), units.length - 1);
  return new Intl.NumberFormat(language, { style: 'unit', unit: units[step]!, maximumFractionDigits: step === 0 ? 0 : 1 }).format(value / 1024 ** step);
}

// Of what the store may take: its bound, or what is free above the floor, whichever ends first. Nothing where neither is known.
export function shareOf(used: number, most: number, free: number | null, floor: number): number | undefined {
  const rooms = [...(most > 0 ? [most] : []), ...(free === null ? [] : [used + Math.max(free - floor, 0)])];
  if (rooms.length === 0) return undefined;
  const room = Math.min(...rooms);
  return room === 0 ? 1 : Math.min(used / room, 1);
}
