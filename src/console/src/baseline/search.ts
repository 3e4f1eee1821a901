// What the Baseline page keeps in its URL.
export const ranges = ['24h', '7d', '30d'] as const;
export const shows = ['deviations', 'learned', 'orders', 'announced'] as const;
export const states = ['waiting', 'settled'] as const;
export const filters = ['client', 'server', 'protocol', 'verb', 'zone'] as const; // of what is learned

export interface BaselineSearch extends Partial<Record<(typeof filters)[number], string>> {
  show?: (typeof shows)[number]; // deviations when left out
  kind?: string; // number of the kind of deviation
  since?: (typeof ranges)[number]; // a week when left out
  book?: string; // of the sensor whose habits are shown; the first that waits for somebody when left out
  state?: (typeof states)[number]; // of habits; any when left out
  at?: string; // group, event or habit that is shown
}

export function readBaseline(raw: Record<string, unknown>): BaselineSearch {
  const show = shows.find((one) => one === raw.show);
  const since = ranges.find((one) => one === raw.since);
  const state = states.find((one) => one === raw.state);
  const texts = (['book', 'at', ...filters] as const).flatMap((name) => (typeof raw[name] === 'string' && raw[name] !== '' ? [[name, raw[name]] as const] : []));
  return {
    ...Object.fromEntries(texts),
    ...(show && { show }), ...(since && { since }), ...(state && { state }), ...(typeof raw.kind === 'string' && /^\d+$/.test(raw.kind) && { kind: raw.kind }),
  };
}

export const nothing_asked = { client: undefined, server: undefined, protocol: undefined, verb: undefined, zone: undefined, state: undefined };
