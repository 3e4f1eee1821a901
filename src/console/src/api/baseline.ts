// What the center knows of habits: what each sensor learned, as it last told; deviations that became alerts, orders that sensors
// carried out, announced work. The book itself stands on the sensor's host, where it is changed (docs/baseline.md).
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, client, type Schemas } from './client';

export type Told = Schemas['Event'];
export type Book = Schemas['BookLabel'];
const page_rows = 200, most_books = 1000;
const every = 15_000;

export const deviationsQuery = (sids: readonly number[], from: string) =>
  infiniteQueryOptions({
    queryKey: ['groups', 'baseline', sids, from],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => ask(client.GET('/api/v1/alert-groups', { params: { query: { sid: [...sids], from, limit: page_rows, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page: Schemas['AlertGroups']) => page.next ?? undefined,
    enabled: sids.length > 0,
    refetchInterval: every,
  });

// Events of one type: `order` or `maintenance`.
export const toldQuery = (type: 'order' | 'maintenance', from: string) =>
  infiniteQueryOptions({
    queryKey: ['events', 'baseline', type, from],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => ask(client.GET('/api/v1/events', { params: { query: { type: [type], from, limit: page_rows, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page: Schemas['Events']) => page.next ?? undefined,
    refetchInterval: every,
  });

// How many alerts of each kind.
export const kindsQuery = (sids: readonly number[], from: string) =>
  queryOptions({
    queryKey: ['baseline', 'kinds', sids, from],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/top', { params: { query: { class: ['alert'], dimension: 'sid', sid: [...sids], n: 100, from } }, signal })),
    enabled: sids.length > 0,
    refetchInterval: every,
  });

// Of each sensor: its zones, and how much waits.
export const booksQuery = queryOptions({
  queryKey: ['baseline', 'books'],
  queryFn: ({ signal }) => ask(client.GET('/api/v1/baseline', { params: { query: { limit: most_books } }, signal })),
  refetchInterval: every,
});

export interface LearnedAsked {
  client?: string;
  server?: string;
  protocol?: string;
  verb?: string;
  zone?: string;
  state?: 'waiting' | 'settled';
}

export const learnedQuery = (id: string, asked: LearnedAsked) =>
  infiniteQueryOptions({
    queryKey: ['baseline', 'learned', id, asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const { protocol, verb, zone, ...rest } = asked;
      const query = { ...rest, ...(protocol && { protocol: [protocol] }), ...(verb && { verb: [verb] }), ...(zone && { zone: [zone] }), limit: page_rows, ...(pageParam && { cursor: pageParam }) };
      return ask(client.GET('/api/v1/baseline/{id}', { params: { path: { id }, query }, signal }));
    },
    getNextPageParam: (page: Schemas['Learned']) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: id !== '',
    refetchInterval: every,
  });
