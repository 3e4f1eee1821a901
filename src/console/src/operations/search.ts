// What the Operations page keeps in its URL.
import { readHunt, type HuntSearch } from '../hunt/search';
import { verbClasses, type VerbClass } from '../logic/operations';

export interface OperationsSearch extends Pick<HuntSearch, 'since' | 'from' | 'to' | 'at'> {
  kind?: VerbClass; // write when left out
  src?: string;
  dst?: string;
  object?: string;
}

export function readOperations(raw: Record<string, unknown>): OperationsSearch {
  const { since, from, to, at } = readHunt(raw);
  const search: OperationsSearch = { ...(since && { since }), ...(from && { from }), ...(to && { to }), ...(at && { at }) };
  const kind = verbClasses.find((name) => name === raw.kind);
  if (kind && kind !== 'write') search.kind = kind;
  for (const name of ['src', 'dst', 'object'] as const) if (typeof raw[name] === 'string' && raw[name] !== '') search[name] = raw[name];
  return search;
}
