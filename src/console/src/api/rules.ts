// Rules by what they did: hits, how many of them are still new and how many were called false.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, client, headers, type operations, Refused, refusedBy, type Schemas } from './client';

const most_rows = 1000; // of one answer
const while_looked_at = 60_000;
export type RuleRange = '24h' | '7d' | '30d';
type Question = NonNullable<operations['get_top']['parameters']['query']>;

// Alerts of the range by the value of a dimension, most first.
const topQuery = (name: string, question: Question) =>
  queryOptions({
    queryKey: ['rules', name, question],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/top', { params: { query: { class: ['alert'], n: most_rows, ...question } }, signal })),
    staleTime: while_looked_at,
    placeholderData: keepPreviousData,
  });

export const hitsQuery = (range: RuleRange) => topQuery('hits', { dimension: 'sid', from: `-${range}` });
export const hitsOfQuery = (range: RuleRange, state: 'new' | 'false-positive') => topQuery(state, { dimension: 'sid', from: `-${range}`, state: [state] });
export const endsQuery = (range: RuleRange, sid: number, dimension: 'src' | 'dst') => topQuery(dimension, { dimension, from: `-${range}`, sid: [sid], n: 10 });

export const overTimeQuery = (range: RuleRange, sid: number) =>
  queryOptions({
    queryKey: ['rules', 'counts', range, sid],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/counts', { params: { query: { class: ['alert'], sid: [sid], from: `-${range}` } }, signal })),
    staleTime: while_looked_at,
  });

export type RuleTexts = Schemas['RuleTexts'];

// How a rule is written, as far as the center knows.
export const ruleTextQuery = (sid: number, gid: number) =>
  queryOptions({
    queryKey: ['rules', 'text', gid, sid],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/rules/{sid}', { params: { path: { sid }, query: { gid } }, signal })),
    staleTime: while_looked_at,
  });

export type RuleTrial = Schemas['RuleTrial'];
export type TrialNote = Schemas['TrialNote'];
export const most_capture = 32 << 20; // octets that the center takes

export interface TrialWish {
  rules: string;
  capture: File;
  bundled: boolean;
}

// By XMLHttpRequest, which alone tells how much of a body has left. The rules go as a file: of a text a browser would change the line ends.
export function tryRules({ rules, capture, bundled }: TrialWish, sent: (part: number) => void, signal: AbortSignal): Promise<RuleTrial> {
  const form = new FormData();
  form.set('rules', new Blob([rules]));
  form.set('capture', capture);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/rules/trial?bundled=${bundled}`);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => sent(total ? loaded / total : 0);
    request.onload = () => (request.status === 200 ? resolve(request.response as RuleTrial) : reject(refusedBy(request.status, request.response)));
    request.onerror = () => reject(new Refused(0, 'offline', ''));
    request.onabort = () => reject(new Refused(0, 'given_up', ''));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
