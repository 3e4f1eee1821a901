// What the Packs page keeps in its URL.
export const states = ['refused', 'behind', 'untold', 'current'] as const;
export type PackState = (typeof states)[number];

export interface PackSearch {
  show?: 'use'; // who uses which; the packs when left out
  at?: string; // name of the pack that is shown
  issue?: '1'; // one is being issued
  pack?: string; // who uses this one
  state?: PackState;
}

export function readPacks(raw: Record<string, unknown>): PackSearch {
  const state = states.find((one) => one === raw.state);
  const text = (name: 'at' | 'pack') => (typeof raw[name] === 'string' && raw[name] !== '' ? { [name]: raw[name] } : {});
  return { ...(raw.show === 'use' && { show: 'use' as const }), ...text('at'), ...text('pack'), ...(raw.issue === '1' && { issue: '1' as const }), ...(state && { state }) };
}
