// Alerts in the cache: pages of groups and of alerts, one in detail, and what is done about them. An
// action shows at once; the center's answer corrects it.
import { infiniteQueryOptions, type InfiniteData, queryOptions } from '@tanstack/react-query';
import { type AlertSearch, queryOf, values } from '../logic/filters';
import { onlyState, stateOf, states, timeAfter, withState } from '../logic/groups';
import { type Action, type AlertGroup, type AlertRow, type AlertState, ask, client, Refused, type Schemas } from './client';
import { cache } from './session';

export const page_rows = 200;
const first_groups = 100, more_groups = 1000; // of one page: the center adds all groups up for each
const most_ids = 1000; // of one request
type Page = Schemas['Alerts'];
type GroupPage = Schemas['AlertGroups'];

export const alertsQuery = (search: AlertSearch) =>
  infiniteQueryOptions({
    queryKey: ['alerts', queryOf(search)],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask(client.GET('/api/v1/alerts', { params: { query: { ...queryOf(search), limit: page_rows, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page: Page) => page.next ?? undefined,
    staleTime: Infinity, // the list stands still until somebody asks for what is new
  });

export const groupsQuery = (search: AlertSearch) =>
  infiniteQueryOptions({
    queryKey: ['groups', queryOf(search)],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask(client.GET('/api/v1/alert-groups', { params: { query: { ...queryOf(search), ...(pageParam ? { limit: more_groups, cursor: pageParam } : { limit: first_groups }) } }, signal })),
    getNextPageParam: (page: GroupPage) => page.next ?? undefined,
    staleTime: Infinity,
  });

// A group as it was listed: what came later is not meant.
const groupFilter = (search: AlertSearch, group: AlertGroup) => ({ ...queryOf(search), group: group.id, to: timeAfter(group.last) });

export const membersQuery = (search: AlertSearch, group: AlertGroup) =>
  queryOptions({
    queryKey: ['members', group.id, queryOf(search), group.last],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/alerts', { params: { query: { ...groupFilter(search, group), limit: page_rows } }, signal })),
    staleTime: Infinity,
  });

// The first page as it is now, to count what the list does not show yet.
export const newestAlerts = (search: AlertSearch) => ask(client.GET('/api/v1/alerts', { params: { query: { ...queryOf(search), limit: page_rows } } }));

export const alertQuery = (id: string) =>
  queryOptions({ queryKey: ['alert', id], queryFn: () => ask(client.GET('/api/v1/alerts/{id}', { params: { path: { id } } })) });

export const historyQuery = (id: string) =>
  queryOptions({ queryKey: ['history', id], queryFn: () => ask(client.GET('/api/v1/alerts/{id}/history', { params: { path: { id } } })) });

export const relatedQuery = (id: string) =>
  queryOptions({ queryKey: ['related', id], queryFn: () => ask(client.GET('/api/v1/alerts/{id}/related', { params: { path: { id }, query: { limit: 20 } } })) });

export const assigneesQuery = queryOptions({ queryKey: ['assignees'], queryFn: () => ask(client.GET('/api/v1/assignees')) });

// The state of an alert, wherever the cache has it.
export function note(id: string, state: AlertState): void {
  const changed = (row: AlertRow): AlertRow => (row.id === id ? { ...row, state } : row);
  const of = (page: Page): Page => (page.alerts.some((row) => row.id === id) ? { ...page, alerts: page.alerts.map(changed) } : page);
  cache.setQueriesData<InfiniteData<Page>>({ queryKey: ['alerts'] }, (data) => data && { ...data, pages: data.pages.map(of) });
  cache.setQueriesData<Page>({ queryKey: ['members'] }, (page) => page && of(page));
  cache.setQueryData<Schemas['Alert']>(['alert', id], (data) => data && { ...data, alert: changed(data.alert), record: { ...data.record, state } });
  void cache.invalidateQueries({ queryKey: ['history', id] });
}

function changeGroup(id: string, change: (group: AlertGroup) => AlertGroup): void {
  cache.setQueriesData<InfiniteData<GroupPage>>({ queryKey: ['groups'] }, (data) =>
    data && {
      ...data,
      pages: data.pages.map((page) => (page.groups.some((group) => group.id === id) ? { ...page, groups: page.groups.map((group) => (group.id === id ? change(group) : group)) } : page)),
    },
  );
}

function noteMembers(group: AlertGroup, state: AlertState): void {
  cache.setQueriesData<Page>({ queryKey: ['members', group.id] }, (page) => page && { ...page, alerts: page.alerts.map((row) => ({ ...row, state })) });
  note(group.newest.id, state);
}

const after: Partial<Record<Action, AlertState>> = { ack: 'acknowledged', unack: 'new', close: 'closed', 'false-positive': 'false-positive' };

// What an action is done to: single alerts, with the group each was shown in, and whole groups.
export interface Targets {
  rows: { row: AlertRow; of?: AlertGroup }[];
  groups: AlertGroup[];
}
export const alertsIn = (targets: Targets) => targets.rows.length + targets.groups.reduce((sum, group) => sum + group.count, 0);

export interface Outcome {
  undos: string[];
  count: number; // alerts it was done to
  failed?: { code: string; detail: string };
  back: () => void; // the groups as they were
}
type Wish = { comment?: string; assignee?: string };
type Chosen = { ids: string[] } | { filter: Record<string, never> };

// One request is one action, however often it has to be sent.
async function send(action: Action, wish: Wish, chosen: Chosen): Promise<Schemas['ActionAnswer']> {
  const key = [...crypto.getRandomValues(new Uint32Array(4))].map((number) => number.toString(36)).join('');
  const once = () => ask(client.POST('/api/v1/alerts/actions', { body: { action, ...chosen, ...wish }, headers: { 'Idempotency-Key': key } }));
  return once().catch((error: unknown) => {
    if (error instanceof Refused && error.status === 0) return once();
    throw error;
  });
}

export async function act(action: Action, targets: Targets, wish: Wish, search: AlertSearch): Promise<Outcome> {
  const hoped = after[action];
  const before = { rows: targets.rows.map(({ row }) => ({ id: row.id, state: stateOf(row) })), groups: [...targets.groups, ...targets.rows.flatMap(({ of }) => of ?? [])] };
  const back = () => before.groups.forEach((group) => changeGroup(group.id, () => group));
  if (hoped) {
    for (const { row, of } of targets.rows) {
      note(row.id, hoped);
      if (of) changeGroup(of.id, (group) => withState(group, stateOf(row), hoped));
    }
    for (const group of targets.groups) {
      noteMembers(group, hoped);
      changeGroup(group.id, (now) => onlyState(now, hoped));
    }
  }
  const outcome: Outcome = { undos: [], count: 0, back };
  const take = (answer: Schemas['ActionAnswer']) => {
    if (answer.undo) outcome.undos.push(answer.undo);
    for (const result of answer.results) {
      if (result.ok) ++outcome.count;
      else outcome.failed ??= { code: result.code ?? 'other', detail: result.detail ?? '' };
      if (result.record) note(result.id, result.record.state);
    }
  };
  try {
    for (let first = 0; first < targets.rows.length; first += most_ids) take(await send(action, wish, { ids: targets.rows.slice(first, first + most_ids).map(({ row }) => row.id) }));
    for (const group of targets.groups) {
      // What is done leaves the filter, so a group larger than one action takes ends.
      const left = hoped && (search.state ? values(search.state) : states).filter((state) => state !== hoped);
      if (left?.length === 0) continue;
      const filter = { ...groupFilter(search, group), ...(left && { state: left }) } as unknown as Record<string, never>;
      for (let more = true; more; ) {
        const answer = await send(action, wish, { filter });
        take(answer);
        more = answer.more && left !== undefined && answer.results.length > 0;
      }
    }
    if (outcome.failed) for (const { id, state } of before.rows) if (outcome.count === 0) note(id, state);
    void cache.invalidateQueries({ queryKey: ['alert'] });
    return outcome;
  } catch (error) {
    back();
    for (const { id, state } of before.rows) note(id, state);
    void cache.invalidateQueries({ queryKey: ['members'] });
    throw error;
  }
}

export async function takeBack(undos: string[]): Promise<void> {
  for (const undo of [...undos].reverse()) {
    const answer = await ask(client.DELETE('/api/v1/alerts/actions/{undo}', { params: { path: { undo } } }));
    for (const result of answer.results) if (result.record) note(result.id, result.record.state);
  }
  void cache.invalidateQueries({ queryKey: ['alert'] });
}
