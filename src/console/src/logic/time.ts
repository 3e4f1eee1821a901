// Times as people read them, in UTC or where they are, and ages.
export type Zone = 'utc' | 'local';

const two = (n: number) => String(n).padStart(2, '0');

// "11-20 14:20:24.572" for a list, with the year where it is asked for.
export function clock(iso: string, zone: Zone, year = false): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const part = zone === 'utc' ? 'getUTC' : 'get';
  const get = (name: 'FullYear' | 'Month' | 'Date' | 'Hours' | 'Minutes' | 'Seconds' | 'Milliseconds') => date[`${part}${name}`]();
  const day = `${two(get('Month') + 1)}-${two(get('Date'))}`;
  const time = `${two(get('Hours'))}:${two(get('Minutes'))}:${two(get('Seconds'))}.${String(get('Milliseconds')).padStart(3, '0')}`;
  return year ? `${get('FullYear')}-${day} ${time}${zone === 'utc' ? 'Z' : offset(date)}` : `${day} ${time}`;
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

// "2026-11-20 14:20": of what is agreed, not measured.
export const toMinute = (iso: string, zone: Zone): string => clock(iso, zone, true).slice(0, 16);
export const toSecond = (iso: string, zone: Zone): string => clock(iso, zone, true).slice(0, 19);

// Seconds in the largest unit that keeps at least two of it, or one: [90, 'm'] is "1 min".
export function ageOf(seconds: number): { n: number; unit: 's' | 'm' | 'h' | 'd' } {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return { n: s, unit: 's' };
  if (s < 3600) return { n: Math.floor(s / 60), unit: 'm' };
  if (s < 86400) return { n: Math.floor(s / 3600), unit: 'h' };
  return { n: Math.floor(s / 86400), unit: 'd' };
}

// The value of <input type="datetime-local">, and back.
export function toField(iso: string | undefined, zone: Zone): string {
  if (!iso) return '';
  const date = new Date(iso);
  const shifted = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export function fromField(text: string, zone: Zone): string | undefined {
  if (!text) return undefined;
  const date = new Date(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
