// What the Hunt page keeps in its URL.
import { isTime, type Range, ranges, usualRange } from '../logic/filters';

export const huntRanges = ranges.filter((range) => range !== 'all'); // a chart has two ends
export const usualColumns = ['type', 'src', 'dst', 'verb', 'object', 'value', 'result', 'rule'];

export interface HuntSearch {
  q?: string;
  since?: Range;
  from?: string;
  to?: string;
  cols?: string; // joined by commas; the usual ones when left out
  at?: string; // the event whose detail is open
}

export function readHunt(raw: Record<string, unknown>): HuntSearch {
  const text = (name: string) => (typeof raw[name] === 'string' && raw[name] !== '' ? raw[name] : undefined);
  const search: HuntSearch = {};
  for (const name of ['q', 'cols', 'at'] as const) {
    const value = text(name);
    if (value !== undefined) search[name] = value;
  }
  const since = huntRanges.find((range) => range === text('since'));
  if (since && since !== usualRange) search.since = since;
  for (const name of ['from', 'to'] as const) {
    const value = text(name);
    if (value !== undefined && isTime(value)) search[name] = value;
  }
  return search;
}

export const columnsOf = (search: HuntSearch): string[] => search.cols?.split(',').filter((name) => name !== '') ?? usualColumns;
