// What the Baseline page keeps in its URL.
export const ranges = ['24h', '7d', '30d'] as const;
export const shows = ['deviations', 'orders', 'announced'] as const;

export interface BaselineSearch {
  show?: (typeof shows)[number]; // deviations when left out
  kind?: string; // number of the kind of deviation
  since?: (typeof ranges)[number]; // a week when left out
  at?: string; // group or event that is shown
}

export function readBaseline(raw: Record<string, unknown>): BaselineSearch {
  const show = shows.find((one) => one === raw.show);
  const since = ranges.find((one) => one === raw.since);
  return {
    ...(show && { show }), ...(since && { since }),
    ...(typeof raw.kind === 'string' && /^\d+$/.test(raw.kind) && { kind: raw.kind }), ...(typeof raw.at === 'string' && raw.at !== '' && { at: raw.at }),
  };
}
