import { expect, test } from 'vitest';
import { dueOf, levelOf, severityOfLevel, usualDeadline } from './notices';

test('severities are the levels of alerts, without info', () => {
  expect(['critical', 'high', 'medium', 'low'].map(levelOf)).toEqual([1, 2, 3, 4]);
  expect(([1, 2, 3, 4, 5] as const).map(severityOfLevel)).toEqual(['critical', 'high', 'medium', 'low', 'low']);
});

test('the graver, the sooner', () => {
  const now = Date.parse('2026-03-02T12:00:00Z');
  expect(usualDeadline('critical', now)).toBe('2026-03-03T12:00:00.000Z');
  expect(usualDeadline('low', now)).toBe('2026-03-17T12:00:00.000Z');
});

test('the clock runs until there is an answer, and again when it was sent back', () => {
  const notice = (state: string, submitted: string | null = null, overdue = false) => ({ deadline: '2026-03-03T00:00:00Z', overdue, submitted, state: { word: state } });
  expect(dueOf({ ...notice('issued'), deadline: null })).toBe('none');
  expect(dueOf(notice('fixing'))).toBe('running');
  expect(dueOf(notice('fixing', null, true))).toBe('overdue');
  expect(dueOf(notice('review', '2026-03-02T00:00:00Z'))).toBe('answered');
  expect(dueOf(notice('rejected', '2026-03-02T00:00:00Z'))).toBe('running');
  expect(dueOf(notice('withdrawn'))).toBe('answered');
});
