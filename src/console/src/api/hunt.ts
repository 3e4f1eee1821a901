// Questions of the Hunt page: the center reads the query, the console never does.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Asked } from '../logic/query';
import { ask, client, type Schemas } from './client';

const page_rows = 200;
const while_looked_at = 60_000;

export const checkQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ['hunt', 'check', asked],
    queryFn: ({ signal }) => ask(client.POST('/api/v1/query/check', { body: asked, signal })),
    placeholderData: keepPreviousData,
  });

export const eventsQuery = (asked: Asked, enabled: boolean) =>
  infiniteQueryOptions({
    queryKey: ['hunt', 'events', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => ask(client.POST('/api/v1/search', { body: { ...asked, limit: page_rows, ...(pageParam && { cursor: pageParam }) }, signal })),
    getNextPageParam: (page: Schemas['Found']) => page.next ?? undefined,
    staleTime: while_looked_at,
    enabled,
  });

export const histogramQuery = (asked: Asked, enabled: boolean) =>
  queryOptions({
    queryKey: ['hunt', 'histogram', asked],
    queryFn: ({ signal }) => ask(client.POST('/api/v1/search/histogram', { body: asked, signal })),
    staleTime: while_looked_at,
    enabled,
  });

export const groupsQuery = (asked: Asked, enabled = true) =>
  queryOptions({
    queryKey: ['hunt', 'groups', asked],
    queryFn: ({ signal }) => ask(client.POST('/api/v1/search/aggregate', { body: asked, signal })),
    staleTime: while_looked_at,
    enabled,
  });

export const viewsQuery = queryOptions({ queryKey: ['views'], queryFn: () => ask(client.GET('/api/v1/me/views')) });
