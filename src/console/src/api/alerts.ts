// Alerts in the cache: pages of the list, one in detail, and what is done about them. An action shows
// at once; the center's answer corrects it.
import { infiniteQueryOptions, type InfiniteData, queryOptions } from '@tanstack/react-query';
import { type AlertSearch, queryOf } from '../logic/filters';
import { type Action, type AlertRow, type AlertState, ask, client, type Schemas } from './client';
import { cache } from './session';

export const page_rows = 200;
type Page = Schemas['Alerts'];

export const alertsQuery = (search: AlertSearch) =>
  infiniteQueryOptions({
    queryKey: ['alerts', queryOf(search)],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask(client.GET('/api/v1/alerts', { params: { query: { ...queryOf(search), limit: page_rows, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page: Page) => page.next ?? undefined,
    staleTime: Infinity, // the list stands still until somebody asks for what is new
  });

// The first page as it is now, to count what the list does not show yet.
export const newestAlerts = (search: AlertSearch) => ask(client.GET('/api/v1/alerts', { params: { query: { ...queryOf(search), limit: page_rows } } }));

export const alertQuery = (id: string) =>
  queryOptions({ queryKey: ['alert', id], queryFn: () => ask(client.GET('/api/v1/alerts/{id}', { params: { path: { id } } })) });

export const historyQuery = (id: string) =>
  queryOptions({ queryKey: ['history', id], queryFn: () => ask(client.GET('/api/v1/alerts/{id}/history', { params: { path: { id } } })) });

// The state of an alert, wherever the cache has it.
export function note(id: string, state: AlertState): void {
  const changed = (row: AlertRow): AlertRow => (row.id === id ? { ...row, state } : row);
  cache.setQueriesData<InfiniteData<Page>>({ queryKey: ['alerts'] }, (data) =>
    data && { ...data, pages: data.pages.map((page) => (page.alerts.some((row) => row.id === id) ? { ...page, alerts: page.alerts.map(changed) } : page)) },
  );
  cache.setQueryData<Schemas['Alert']>(['alert', id], (data) => data && { alert: changed(data.alert), record: { ...data.record, state } });
  void cache.invalidateQueries({ queryKey: ['history', id] });
}

const after: Partial<Record<Action, AlertState>> = { ack: 'acknowledged', unack: 'new', close: 'closed' };

export interface Outcome {
  undo: string | null;
  failed?: { code: string; detail: string };
}

export async function act(action: Action, row: AlertRow, comment?: string): Promise<Outcome> {
  const before = row.state ?? 'new';
  const hoped = after[action];
  if (hoped) note(row.id, hoped);
  try {
    const answer = await ask(client.POST('/api/v1/alerts/actions', { body: { action, ids: [row.id], ...(comment && { comment }) } }));
    const result = answer.results[0];
    if (!result?.ok) {
      note(row.id, before);
      return { undo: null, failed: { code: result?.code ?? 'other', detail: result?.detail ?? '' } };
    }
    note(row.id, result.record?.state ?? hoped ?? before);
    return { undo: answer.undo };
  } catch (error) {
    note(row.id, before);
    throw error;
  }
}

export async function takeBack(undo: string): Promise<void> {
  const answer = await ask(client.DELETE('/api/v1/alerts/actions/{undo}', { params: { path: { undo } } }));
  for (const result of answer.results) if (result.record) note(result.id, result.record.state);
}
