// Groups of alerts: how many are in each state, and what that is called as a whole.
import type { AlertGroup, AlertRow, AlertState } from '../api/client';

export const states = ['new', 'acknowledged', 'closed', 'false-positive'] as const satisfies readonly AlertState[];

export const stateOf = (row: AlertRow): AlertState => row.state ?? 'new';

// One of its alerts went from a state to another.
export function withState(group: AlertGroup, from: AlertState, to: AlertState): AlertGroup {
  if (from === to) return group;
  return { ...group, states: { ...group.states, [from]: Math.max(0, group.states[from] - 1), [to]: group.states[to] + 1 } };
}

// All of its alerts went there.
export function onlyState(group: AlertGroup, state: AlertState): AlertGroup {
  return { ...group, states: { new: 0, acknowledged: 0, closed: 0, 'false-positive': 0, [state]: group.count } };
}

// The state all of its alerts are in; nothing where they differ.
export const sameState = (group: AlertGroup): AlertState | undefined => states.find((state) => group.states[state] === group.count);

// The next microsecond, for a range that must hold a time.
export function timeAfter(time: string): string {
  const [, seconds, fraction, zone] = /^(.*)\.(\d{6})(.*)$/.exec(time)!;
  const next = Number(fraction) + 1;
  if (next < 1_000_000) return `${seconds}.${String(next).padStart(6, '0')}${zone}`;
  return `${new Date(Date.parse(`${seconds}Z`) + 1000).toISOString().slice(0, 19)}.000000${zone}`;
}
