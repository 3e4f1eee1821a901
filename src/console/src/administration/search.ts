// What the pages of administration keep in their URLs.
type Raw = Record<string, unknown>;

// Members that are texts, as they stand; what is empty or something else is left out.
function texts<K extends string>(raw: Raw, names: readonly K[]): Partial<Record<K, string>> {
  return Object.fromEntries(names.flatMap((name) => (typeof raw[name] === 'string' && raw[name] !== '' ? [[name, raw[name]]] : []))) as Partial<Record<K, string>>;
}
const oneOf = <T extends string>(raw: unknown, words: readonly T[]): T | undefined => words.find((word) => word === raw);

export const outcomes = ['done', 'refused', 'failed', 'unknown'] as const;
export const ranges = ['24h', '7d', '30d'] as const;
export interface AuditSearch {
  actor?: string;
  action?: string;
  object?: string;
  address?: string;
  organisation?: string;
  outcome?: (typeof outcomes)[number];
  since?: (typeof ranges)[number];
  at?: string; // number of the entry that is shown
  check?: '1'; // the chain is being verified
}

export function readAudit(raw: Raw): AuditSearch {
  const outcome = oneOf(raw.outcome, outcomes);
  const since = oneOf(raw.since, ranges);
  return {
    ...texts(raw, ['actor', 'action', 'object', 'address', 'organisation', 'at']),
    ...(outcome && { outcome }), ...(since && { since }), ...(raw.check === '1' && { check: '1' as const }),
  };
}

export const accountStates = ['active', 'disabled', 'roleless'] as const;
export interface AccountSearch {
  state?: (typeof accountStates)[number];
  role?: string;
  name?: string; // a part of it
  at?: string; // the account that is shown
  make?: '1';
}

export function readAccounts(raw: Raw): AccountSearch {
  const state = oneOf(raw.state, accountStates);
  return { ...texts(raw, ['role', 'name', 'at']), ...(state && { state }), ...(raw.make === '1' && { make: '1' as const }) };
}

export const enrolmentStates = ['waiting', 'active', 'expired', 'ended'] as const;
export const enrolmentKinds = ['sensor', 'center'] as const;
export interface EnrolmentSearch {
  state?: (typeof enrolmentStates)[number];
  kind?: (typeof enrolmentKinds)[number];
  name?: string;
  at?: string; // id of the enrolment that is shown
  make?: '1';
}

export function readEnrolments(raw: Raw): EnrolmentSearch {
  const state = oneOf(raw.state, enrolmentStates), kind = oneOf(raw.kind, enrolmentKinds);
  return { ...texts(raw, ['name', 'at']), ...(state && { state }), ...(kind && { kind }), ...(raw.make === '1' && { make: '1' as const }) };
}

export const tokenStates = ['valid', 'expired'] as const;
export interface TokenSearch {
  state?: (typeof tokenStates)[number];
  role?: string;
  name?: string;
  at?: string; // id of the token that is shown
  make?: '1';
}

export function readTokens(raw: Raw): TokenSearch {
  const state = oneOf(raw.state, tokenStates);
  return { ...texts(raw, ['role', 'name', 'at']), ...(state && { state }), ...(raw.make === '1' && { make: '1' as const }) };
}

export interface RoleSearch {
  role?: string; // what this one may
  name?: string; // a part of the operation's name
  at?: string; // operationId of what is shown
}

export const readRoles = (raw: Raw): RoleSearch => texts(raw, ['role', 'name', 'at']);

export const activities = ['failing', 'delivering', 'caught_up', 'disabled'] as const;
export interface OutputSearch {
  activity?: (typeof activities)[number];
  at?: string; // name of the output that is shown
  edit?: '1'; // its settings are being changed; without `at` a new one is made
  kind?: string; // of the new one
}

export function readOutputs(raw: Raw): OutputSearch {
  const activity = oneOf(raw.activity, activities);
  return { ...texts(raw, ['at', 'kind']), ...(activity && { activity }), ...(raw.edit === '1' && { edit: '1' as const }) };
}

export const releaseRanges = ['1h', '24h', '7d'] as const;
export interface ReleaseSearch {
  since?: (typeof releaseRanges)[number]; // an hour when left out
  types?: string; // on trial, joined by commas; as it is in force when left out
  fields?: string;
  at?: string; // number of the line that is shown
  stays?: '1'; // what stays is shown
}

export function readRelease(raw: Raw): ReleaseSearch {
  const since = oneOf(raw.since, releaseRanges);
  return { ...texts(raw, ['types', 'fields', 'at']), ...(since && { since }), ...(raw.stays === '1' && { stays: '1' as const }) };
}
