// What the Operations page asks and makes of the answers.
export const verbClasses = ['write', 'control', 'program', 'run', 'firmware'] as const;
export type VerbClass = (typeof verbClasses)[number];
const verbs_of: Record<VerbClass, readonly string[]> = {
  write: ['write', 'force', 'configure', 'time'],
  control: ['control', 'select'],
  program: ['download', 'upload', 'file'],
  run: ['start', 'stop', 'reset', 'mode'],
  firmware: ['firmware'],
};

const doing = (name: VerbClass) => `verb:(${verbs_of[name].join(' or ')})`;
export const classQuery = (name: VerbClass) => `class:operation ${doing(name)}`;
export const alertedQuery = (name: VerbClass) => `class:alert ${doing(name)} | stats count min(severity) by src dst | head 2000`;

export interface Pair {
  src: string;
  dst: string;
}

type Cell = string | number | null;

export interface Alerted {
  count: number;
  worst: number; // 1 is critical
}
const none = 9; // no alert: after the least
const keyOf = (src: Cell, dst: Cell) => `${src} ${dst}`;

// Rows of `groupby src dst`, and of `alertedQuery`: writers whose operations alarmed first, then those with the most; controllers by address.
export function matrixOf(rows: readonly (readonly Cell[])[], alerted: readonly (readonly Cell[])[] = []) {
  const counts = new Map<string, Map<string, number>>();
  const totals = new Map<string, number>();
  const controllers = new Set<string>();
  const alerts = new Map<string, Alerted>();
  const worst = new Map<string, number>();
  for (const [src, dst, count, severity] of alerted) {
    if (typeof src !== 'string' || typeof dst !== 'string') continue;
    alerts.set(keyOf(src, dst), { count: Number(count), worst: Number(severity) });
    worst.set(src, Math.min(worst.get(src) ?? none, Number(severity)));
  }
  for (const [src, dst, count] of rows) {
    if (typeof src !== 'string' || typeof dst !== 'string') continue; // without addresses: no pair
    controllers.add(dst);
    const row = counts.get(src) ?? new Map<string, number>();
    counts.set(src, row.set(dst, Number(count)));
    totals.set(src, (totals.get(src) ?? 0) + Number(count));
  }
  return {
    writers: [...totals].sort((a, b) => (worst.get(a[0]) ?? none) - (worst.get(b[0]) ?? none) || b[1] - a[1] || a[0].localeCompare(b[0])).map(([src]) => src),
    controllers: [...controllers].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    count: (src: string, dst: string) => counts.get(src)?.get(dst) ?? 0,
    alerts: (src: string, dst: string) => alerts.get(keyOf(src, dst)),
  };
}

export interface Point {
  id: string;
  time: number;
  value: number;
}

// Oldest first; what is no number is left out.
export function pointsOf(rows: readonly { id: string; time: string; event: unknown }[]): Point[] {
  return rows
    .map((row) => ({ id: row.id, time: Date.parse(row.time), value: (row.event as { ot?: { value?: unknown } }).ot?.value }))
    .filter((point): point is Point => typeof point.value === 'number' && !Number.isNaN(point.time))
    .sort((a, b) => a.time - b.time);
}

const week = 7 * 86_400_000;
// The week before the first point.
export const bandRange = (first: number) => ({ from: new Date(first - week).toISOString(), to: new Date(first).toISOString() });
