// The audit log: pages of it, and whether it is as it was written.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, client, type operations, type Schemas } from './client';

export type AuditEntry = Schemas['AuditEntry'];
export type AuditFilter = Omit<NonNullable<operations['get_audit']['parameters']['query']>, 'limit' | 'cursor'>;
const every = 15_000;
const page_rows = 200;

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filter],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => ask(client.GET('/api/v1/audit', { params: { query: { ...filter, limit: page_rows, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page: Schemas['AuditEntries']) => (page.next === null ? undefined : Number(page.next)),
    refetchInterval: every,
    placeholderData: keepPreviousData,
  });

// Computes every hash anew, so it is done when it is asked for.
export const verifyQuery = (head: string | undefined) =>
  queryOptions({
    queryKey: ['audit', 'verify', head],
    queryFn: () => ask(client.GET('/api/v1/audit/verify', { params: { query: head ? { head } : {} } })),
    staleTime: Infinity,
    gcTime: 0,
  });
