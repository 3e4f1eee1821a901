// What a notice says of its deadline, and what a new one begins with.
import type { Severity } from './eve';

export const noticeSeverities = ['critical', 'high', 'medium', 'low'] as const;
export type NoticeSeverity = (typeof noticeSeverities)[number];
export const levelOf = (severity: string): Severity => (Math.max(0, noticeSeverities.indexOf(severity as NoticeSeverity)) + 1) as Severity;
export const severityOfLevel = (level: Severity): NoticeSeverity => noticeSeverities[Math.min(level, 4) - 1]!;

const days: Record<NoticeSeverity, number> = { critical: 1, high: 3, medium: 7, low: 15 };
// The end of that day is too late for an emergency, so it is counted from now.
export const usualDeadline = (severity: NoticeSeverity, now: number): string => new Date(now + days[severity] * 86_400_000).toISOString();

export type Due = 'none' | 'overdue' | 'running' | 'answered';
export function dueOf({ deadline, overdue, submitted, state }: { deadline: string | null; overdue: boolean; submitted: string | null; state: { word: string } }): Due {
  if (!deadline) return 'none';
  if (overdue) return 'overdue';
  return submitted && state.word !== 'rejected' ? 'answered' : ['closed', 'withdrawn'].includes(state.word) ? 'answered' : 'running';
}
