// Rules by what they did: hits, how many of them are still new and how many were called false.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, client, type operations } from './client';

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
