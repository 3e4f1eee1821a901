// What the Assets page keeps in its URL: the filters of GET /assets, the way it is shown, the one that is open.
export const flags = ['silent', 'conflicting', 'vulnerable', 'exploited', 'edited'] as const;
export const sorts = ['address', 'level', 'last', 'first'] as const;
export const levels = ['5', '4', '3', '2', '1', '0', 'none'] as const;
export type Flag = (typeof flags)[number];
export type Sort = (typeof sorts)[number];
export type Level = (typeof levels)[number];

export interface AssetsSearch {
  text?: string;
  role?: string;
  vendor?: string;
  level?: Level;
  is?: string; // of `flags`, joined by commas
  sort?: Sort; // address when left out
  view?: 'lanes';
  at?: string; // id
}

export function readAssets(raw: Record<string, unknown>): AssetsSearch {
  const search: AssetsSearch = {};
  for (const name of ['text', 'role', 'vendor', 'at'] as const) if (typeof raw[name] === 'string' && raw[name] !== '') search[name] = raw[name];
  const level = levels.find((name) => name === raw.level);
  if (level) search.level = level;
  const sort = sorts.find((name) => name === raw.sort);
  if (sort && sort !== 'address') search.sort = sort;
  const is = typeof raw.is === 'string' ? flags.filter((flag) => (raw.is as string).split(',').includes(flag)) : [];
  if (is.length) search.is = is.join(',');
  if (raw.view === 'lanes') search.view = 'lanes';
  return search;
}

export const flagsOf = (search: AssetsSearch): Flag[] => flags.filter((flag) => search.is?.split(',').includes(flag));
export const isFiltered = ({ text, role, vendor, level, is }: AssetsSearch): boolean => !!(text || role || vendor || level || is);

// The query of GET /api/v1/assets.
export function assetsAsked({ text, role, vendor, level, sort, ...search }: AssetsSearch) {
  const is = flagsOf(search);
  return { ...(text && { text }), ...(role && { role: [role] }), ...(vendor && { vendor }), ...(level && { level: [level] }), ...(is.length && { is }), ...(sort && { sort }) };
}
export type AssetsAsked = ReturnType<typeof assetsAsked>;
