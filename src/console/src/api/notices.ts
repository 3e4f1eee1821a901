// Notices: the center says in each answer what the account may do with them.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { filled } from '../logic/pages';
import { ask, client, type operations, type Schemas } from './client';
import { cache } from './session';

export type Notice = Schemas['Notice'];
export type NoticeFilter = Pick<NonNullable<operations['get_notices']['parameters']['query']>, 'state' | 'kind' | 'overdue' | 'organisation'>;
const every = 15_000;
const page_rows = 200;

export const overviewQuery = queryOptions({
  queryKey: ['notices', 'overview'],
  queryFn: () => ask(client.GET('/api/v1/notices/overview', {})),
  refetchInterval: every,
});

export const noticesQuery = (filter: NoticeFilter) =>
  infiniteQueryOptions({
    queryKey: ['notices', 'list', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      filled(pageParam, (cursor) => ask(client.GET('/api/v1/notices', { params: { query: { ...filter, limit: page_rows, ...(cursor && { cursor }) } }, signal })),
        (page) => page.notices),
    getNextPageParam: (page: Schemas['Notices']) => page.next ?? undefined,
    refetchInterval: every,
  });

export const noticeQuery = (id: string) =>
  queryOptions({ queryKey: ['notices', 'one', id], queryFn: () => ask(client.GET('/api/v1/notices/{id}', { params: { path: { id } } })), refetchInterval: every });

// Of a version: what it answers with changes when it is provided.
export const evidenceQuery = ({ id, version }: Notice) =>
  queryOptions({ queryKey: ['notices', 'evidence', id, version], queryFn: () => ask(client.GET('/api/v1/notices/{id}/evidence', { params: { path: { id } } })) });

const again = <T>(answer: T): Promise<T> => cache.invalidateQueries({ queryKey: ['notices'] }).then(() => answer);
const at = (id: string) => ({ params: { path: { id } } });

export const draftNotice = (body: Schemas['NoticeDraft']) => ask(client.POST('/api/v1/notices', { body })).then(again);
export const changeDraft = (id: string, body: Schemas['NoticeDraft']) => ask(client.PATCH('/api/v1/notices/{id}', { ...at(id), body })).then(again);
export const removeDraft = (id: string) => ask(client.DELETE('/api/v1/notices/{id}', at(id))).then(again);
export const commentOn = (id: string, text: string) => ask(client.POST('/api/v1/notices/{id}/comments', { ...at(id), body: { text } })).then(again);
export const actOn = ({ id, version }: Notice, action: string, reason: string) =>
  ask(client.POST('/api/v1/notices/{id}/transitions', { ...at(id), body: { action: action as Schemas['NoticeAction']['action'], reason, version } })).then(again);
