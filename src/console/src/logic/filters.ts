// Filters: the words of the URL, what the filter box understands, and the query the center takes.
// One vocabulary: a filter has the same name in all three.
import type { operations } from '../api/client';

type Query = NonNullable<operations['get_alerts']['parameters']['query']>;

export const filterNames = [
  'q', 'severity', 'state', 'sid', 'ip', 'src_ip', 'dst_ip', 'port', 'src_port', 'dst_port', 'protocol', 'transport',
  'verb', 'object', 'result', 'function', 'sensor', 'organisation', 'flow_id', 'community_id',
] as const satisfies readonly (keyof Query)[];
export type FilterName = (typeof filterNames)[number];
export type Filters = Partial<Record<FilterName, string>>; // several values joined by commas

const aliases: Record<string, FilterName> = {
  sev: 'severity', is: 'state', rule: 'sid', host: 'ip', net: 'ip', src: 'src_ip', source: 'src_ip', dst: 'dst_ip',
  dest: 'dst_ip', dest_ip: 'dst_ip', destination: 'dst_ip', sport: 'src_port', dport: 'dst_port', dest_port: 'dst_port',
  proto: 'protocol', app_proto: 'protocol', op: 'verb', obj: 'object', reg: 'object', fc: 'function', org: 'organisation',
  'src.ip': 'src_ip', 'dst.ip': 'dst_ip', 'source.ip': 'src_ip', 'destination.ip': 'dst_ip', 'rule.id': 'sid',
  'alert.signature_id': 'sid', flow: 'flow_id',
};

const single: readonly FilterName[] = ['q', 'organisation', 'flow_id', 'community_id'];

export function filterName(word: string): FilterName | undefined {
  const lower = word.toLowerCase();
  return filterNames.find((name) => name === lower) ?? aliases[lower];
}

export const ranges = ['15m', '1h', '24h', '7d', '30d', 'all'] as const;
export type Range = (typeof ranges)[number];
export const usualRange: Range = '24h';

// What the Alerts page keeps in its URL.
export interface AlertSearch extends Filters {
  since?: Range; // the usual one when left out
  from?: string; // absolute, instead of since
  to?: string;
  as?: 'single'; // alerts one by one, instead of groups
  muted?: 'show' | 'only'; // muted alerts among the others, or alone; left out otherwise
  at?: string; // the alert or group the cursor stands on
  open?: '1'; // its details are shown
}

export const isTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));

export function readSearch(raw: Record<string, unknown>): AlertSearch {
  const text = (name: string) => (typeof raw[name] === 'string' && raw[name] !== '' ? (raw[name] as string) : undefined);
  const search: AlertSearch = {};
  for (const name of filterNames) {
    const value = text(name);
    if (value !== undefined) search[name] = value;
  }
  const since = text('since');
  if (ranges.includes(since as Range) && since !== usualRange) search.since = since as Range;
  for (const name of ['from', 'to'] as const) {
    const value = text(name);
    if (value !== undefined && isTime(value)) search[name] = value;
  }
  if (raw.as === 'single') search.as = 'single';
  if (raw.muted === 'show' || raw.muted === 'only') search.muted = raw.muted;
  const at = text('at');
  if (at !== undefined) search.at = at;
  if (raw.open === '1' && at !== undefined) search.open = '1';
  return search;
}

export function filtersOf(search: AlertSearch): Filters {
  const filters: Filters = {};
  for (const name of filterNames) if (search[name] !== undefined) filters[name] = search[name];
  return filters;
}

export function hasFilters(search: AlertSearch): boolean {
  return filterNames.some((name) => search[name] !== undefined);
}

export type RangeSearch = Pick<AlertSearch, 'since' | 'from' | 'to'>;

export function rangeOf(search: RangeSearch): Range | 'custom' {
  return search.from || search.to ? 'custom' : (search.since ?? usualRange);
}

// The query of GET /api/v1/alerts. The center reads "-24h" as counted back from its own now.
export function queryOf(search: AlertSearch): Query {
  const query: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(filtersOf(search))) {
    query[name] = single.includes(name as FilterName) ? value : value.split(',');
  }
  return { ...query, ...boundsOf(search), muted: search.muted ?? 'hide' } as Query;
}

export function boundsOf(search: RangeSearch): { from?: string; to?: string } {
  const range = rangeOf(search);
  if (range === 'all') return {};
  if (range !== 'custom') return { from: `-${range}` };
  return { ...(search.from && { from: search.from }), ...(search.to && { to: search.to }) };
}

export function values(text: string | undefined): string[] {
  return text ? text.split(',').filter((part) => part !== '') : [];
}

export function withValue(filters: Filters, name: FilterName, value: string): Filters {
  if (single.includes(name)) return { ...filters, [name]: value };
  return { ...filters, [name]: [...new Set([...values(filters[name]), ...values(value)])].join(',') };
}

export function withoutValue(filters: Filters, name: FilterName, value: string): Filters {
  const left = single.includes(name) ? [] : values(filters[name]).filter((other) => other !== value);
  return { ...filters, [name]: left.length ? left.join(',') : undefined };
}

export function toggled(filters: Filters, name: FilterName, value: string): Filters {
  return values(filters[name]).includes(value) ? withoutValue(filters, name, value) : withValue(filters, name, value);
}

// "src:10.0.0.5 verb:write stopped" → filters, and the words that are none as `q`. Values with
// blanks stand in quotes. Full-width colons of Chinese keyboards count, too.
export function readInput(text: string): { filters: Filters; unknown?: string } {
  const parts = text.replaceAll('：', ':').match(/[^\s":=]+[:=]"[^"]*"|"[^"]*"|\S+/g) ?? [];
  const words: string[] = [];
  let filters: Filters = {};
  for (const part of parts) {
    const pair = /^([^\s":=]+)[:=](.+)$/.exec(part);
    const strip = (quoted: string) => quoted.replace(/^"(.*)"$/, '$1');
    if (!pair) {
      words.push(strip(part));
      continue;
    }
    const name = filterName(pair[1]!);
    if (!name) return { filters: {}, unknown: pair[1] };
    filters = withValue(filters, name, strip(pair[2]!));
  }
  if (words.length) filters.q = words.join(' ');
  return { filters };
}
