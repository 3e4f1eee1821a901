// What the Rules page keeps in its URL.
export const ranges = ['24h', '7d', '30d'] as const;
export const shows = ['fired', 'noisy', 'silent'] as const;

export interface RuleSearch {
  since?: (typeof ranges)[number]; // a week when left out
  show?: (typeof shows)[number];
  name?: string; // part of a title, number or technique
  at?: string; // number of the rule that is shown
  gid?: number; // of the rule that is tried; 1 when left out
  try?: '1'; // rules are tried on a capture
}

export function readRules(raw: Record<string, unknown>): RuleSearch {
  const since = ranges.find((one) => one === raw.since);
  const show = shows.find((one) => one === raw.show);
  return {
    ...(since && { since }), ...(show && { show }),
    ...(typeof raw.name === 'string' && raw.name !== '' && { name: raw.name }), ...(typeof raw.at === 'string' && /^\d+$/.test(raw.at) && { at: raw.at }),
    ...(String(raw.try) === '1' && { try: '1' as const }), ...(Number.isInteger(Number(raw.gid)) && Number(raw.gid) > 1 && { gid: Number(raw.gid) }),
  };
}
