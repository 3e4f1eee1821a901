// What the center knows of habits: deviations that became alerts, orders that sensors carried out, announced work.
// The book of what is learned stands on the sensor's host (docs/baseline.md).
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, client, type Schemas } from './client';

export type Told = Schemas['Event'];
const page_rows = 200;
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
