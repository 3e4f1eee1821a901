// Rules put together from what explains them and from what they did.
import type { Detection } from '../api/session';

type Counted = { rows: readonly { value: string; label?: string; count: number }[] } | undefined;

export interface Rule {
  id: string; // its number
  sid: number;
  detection: Detection | undefined; // none: nothing explains it
  text: string; // as the alert says
  hits: number;
  fresh: number; // still new
  wrong: number; // called false
}

export function rulesOf(catalogue: ReadonlyMap<string, Detection>, hits: Counted, fresh: Counted, wrong: Counted): Rule[] {
  const counted = (answer: Counted) => new Map(answer?.rows.map((row) => [row.value, row.count]));
  const [all, news, wrongs] = [counted(hits), counted(fresh), counted(wrong)];
  const explained = new Map([...catalogue.values()].map((row) => [String(row.sid), row]));
  const texts = new Map(hits?.rows.map((row) => [row.value, row.label ?? '']));
  return [...new Set([...all.keys(), ...explained.keys()])]
    .map((id) => ({ id, sid: Number(id), detection: explained.get(id), text: texts.get(id) ?? '', hits: all.get(id) ?? 0, fresh: news.get(id) ?? 0, wrong: wrongs.get(id) ?? 0 }))
    .sort((a, b) => b.hits - a.hits || a.sid - b.sid);
}

// The share that people called false; a rule that is mostly wrong costs more than it tells.
export const wrongShare = (rule: Rule): number => (rule.hits === 0 ? 0 : rule.wrong / rule.hits);
// Of all alerts, a tenth or more from one rule, or a half of its own called false.
export const isNoisy = (rule: Rule, total: number): boolean => rule.hits > 0 && (rule.hits >= total / 10 || wrongShare(rule) >= 0.5);
