// Text of the query language, as far as the console writes it itself. Reading it is the center's:
// whether a query is good and what its terms are comes from /query/check.

// The part that filters, and the parts behind the first bar outside quotes.
export function split(query: string): { filter: string; rest: string } {
  let quoted = false;
  for (let at = 0; at < query.length; ++at) {
    const c = query[at]!;
    if (c === '\\') ++at;
    else if ('"“”'.includes(c)) quoted = !quoted;
    else if (!quoted && '|｜'.includes(c)) return { filter: query.slice(0, at).trim(), rest: query.slice(at).trim() };
  }
  return { filter: query.trim(), rest: '' };
}

const bare = /^[\p{L}\p{N}_.:/-]+$/u;
const words = new Set(['and', 'or', 'not', '且', '或', '非']);

export function quoted(value: string): string {
  if (bare.test(value) && !words.has(value.toLowerCase()) && !value.startsWith('-') && !value.includes('..')) return value;
  return `"${value.replace(/[\\"“”]/g, (c) => `\\${c}`)}"`;
}

export const termOf = (field: string, value: string) => `${field}:${quoted(value)}`;

const joined = (filter: string, rest: string) => [filter, rest].filter((part) => part !== '').join(' ');
// `or` binds less closely than what is added to it.
const asOne = (filter: string) => (/(^|\s|\))(or|或)(\s|\(|$)|[\p{L}\p{N}"”)]\s*或/iu.test(filter) ? `(${filter})` : filter);

export const ways = ['include', 'exclude', 'only', 'groupBy'] as const;
export type Way = (typeof ways)[number];

export function narrowed(query: string, way: Way, field: string, value: string): string {
  const { filter, rest } = split(query);
  const term = termOf(field, value);
  if (way === 'groupBy') return joined(filter, `| groupby ${field}`);
  if (way === 'only') return joined(term, rest);
  const one = way === 'include' ? term : `not ${term}`;
  return joined(filter === '' ? one : `${asOne(filter)} ${one}`, rest);
}

export interface Term {
  text: string;
  start: number;
  end: number;
}
export interface Chip {
  text: string;
  without: string; // the query with it gone
}

// The terms of a query that is nothing but terms one beside another; others have no chips, as taking
// one away would change what the rest means.
export function chipsOf(query: string, terms: readonly Term[]): Chip[] {
  const { filter, rest } = split(query);
  const pieces: string[] = [];
  let at = 0;
  for (const term of terms) {
    const between = /^\s*(?:and\b|且)?\s*(not\s+|非\s*|-|!)?\s*$/iu.exec(query.slice(at, term.start));
    if (!between) return [];
    pieces.push((between[1] ? 'not ' : '') + query.slice(term.start, term.end));
    at = term.end;
  }
  if (query.slice(at, filter.length + query.indexOf(filter)).trim() !== '') return [];
  return pieces.map((text, index) => ({ text, without: joined(pieces.filter((_, other) => other !== index).join(' '), rest) }));
}

// One line for a shell: single quotes, in which nothing means anything.
export const shell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export interface Asked {
  query: string;
  from?: string;
  to?: string;
}

export function asCommand({ query, from, to }: Asked): string {
  return ['langyan query', ...(from ? [`--from ${shell(from)}`] : []), ...(to ? [`--to ${shell(to)}`] : []), shell(query)].join(' ');
}

export function asCurl({ query, from, to }: Asked, origin: string, path: string): string {
  const given = Object.entries({ query, from, to }).filter((pair): pair is [string, string] => !!pair[1]);
  return [`curl -G -H "Authorization: Bearer $LANGYAN_TOKEN"`, ...given.map(([name, value]) => `--data-urlencode ${shell(`${name}=${value}`)}`), shell(origin + path)].join(' ');
}

// Where in an event's JSON a column of the table stands, for the usual ones; others are asked by path.
const places: Record<string, string> = {
  src: 'src_ip', dst: 'dest_ip', sport: 'src_port', dport: 'dest_port', protocol: 'app_proto', verb: 'ot.verb', object: 'ot.object', value: 'ot.value',
  result: 'ot.result', function: 'ot.function_name', unit: 'ot.unit', severity: 'alert.severity', sid: 'alert.signature_id', rule: 'alert.signature',
  community_id: 'community_id', flow_id: 'flow_id', transport: 'proto', direction: 'direction', type: 'event_type',
};
export const columnNames = ['type', ...Object.keys(places).filter((name) => name !== 'type'), 'sensor', 'organisation'];

export function at(event: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined), event);
}

export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function columnValue(row: { event: unknown; sensor: string; organisation: string }, column: string): string {
  if (column === 'sensor' || column === 'organisation') return row[column];
  return cellText(at(row.event, places[column] ?? column.replace(/^eve\./, '')));
}

export interface Leaf {
  path: string;
  text: string;
}
const field_of = Object.fromEntries(Object.entries(places).map(([name, path]) => [path, name]));
// The name a query takes for a place in an event; `eve.` reaches any.
export const fieldOf = (path: string) => field_of[path] ?? `eve.${path}`;

// An event as lines: nested members by path, lists as they are.
export function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
  return [{ path, text: cellText(value) }];
}
