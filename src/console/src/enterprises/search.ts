// What the Enterprises page keeps in its URL: its filters by the names of the API, and what is open.
const names = ['text', 'type', 'supervisor', 'level', 'region', 'industry', 'at'] as const;

export interface EnterpriseSearch extends Partial<Record<(typeof names)[number], string>> {
  take?: '1'; // a table is being taken in
}

export function readEnterprises(raw: Record<string, unknown>): EnterpriseSearch {
  const search: EnterpriseSearch = {};
  for (const name of names) if (typeof raw[name] === 'string' && raw[name] !== '') search[name] = raw[name];
  if (raw.take === '1') search.take = '1';
  return search;
}
