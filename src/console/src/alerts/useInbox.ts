// What the inbox lists: groups, with the alerts of those that stand open; or single alerts.
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { alertsQuery, groupsQuery, membersQuery, type Targets } from '../api/alerts';
import type { AlertGroup, AlertRow } from '../api/client';
import type { Pages } from '../frame/useRows';
import type { AlertSearch } from '../logic/filters';

export type Item =
  | { id: string; kind: 'group'; group: AlertGroup; open: boolean }
  | { id: string; kind: 'alert'; row: AlertRow; of?: AlertGroup }
  | { id: string; kind: 'rest'; of: AlertGroup }; // of an open group, alerts that are not listed here

// The alert an item shows in detail.
export const alertOf = (item: Item | undefined): AlertRow | undefined => (item?.kind === 'group' ? item.group.newest : item?.kind === 'alert' ? item.row : undefined);

export function targetsOf(items: readonly Item[]): Targets {
  const groups = items.flatMap((item) => (item.kind === 'group' ? [item.group] : []));
  const rows = items.flatMap((item) => (item.kind === 'alert' && !groups.some((group) => group.id === item.of?.id) ? [{ row: item.row, of: item.of }] : []));
  return { rows, groups };
}

export function useInbox(search: AlertSearch, opened: ReadonlySet<string>) {
  const single = search.as === 'single';
  const alerts = useInfiniteQuery({ ...alertsQuery(search), enabled: single });
  const groups = useInfiniteQuery({ ...groupsQuery(search), enabled: !single });
  const listed = useMemo(() => {
    // A group whose newest alert left the filter comes again on a later page.
    const seen = new Set<string>();
    return groups.data?.pages.flatMap((page) => page.groups.filter((group) => !seen.has(group.id) && seen.add(group.id)));
  }, [groups.data]);
  const open = useMemo(() => listed?.filter((group) => opened.has(group.id)) ?? [], [listed, opened]);
  const members = useQueries({ queries: open.map((group) => membersQuery(search, group)), combine: (answers) => answers.map((answer) => answer.data) });
  const items = useMemo((): Item[] | undefined => {
    if (single) return alerts.data?.pages.flatMap((page) => page.alerts.map((row): Item => ({ id: row.id, kind: 'alert', row })));
    return listed?.flatMap((group): Item[] => {
      const at = open.indexOf(group);
      const page = members[at];
      return [
        { id: group.id, kind: 'group', group, open: at >= 0 },
        ...(page?.alerts ?? []).map((row): Item => ({ id: row.id, kind: 'alert', row, of: group })),
        ...(page?.next ? [{ id: `rest ${group.id}`, kind: 'rest', of: group } satisfies Item] : []),
      ];
    });
  }, [single, alerts.data, listed, open, members]);
  const places = useMemo((): ReadonlyMap<string, number> => new Map(items?.map((item, index) => [item.id, index])), [items]);
  const query = single ? alerts : groups;
  const pages = query.data?.pages ?? [];
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const more = useMemo((): Pages => ({ hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }), [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return {
    items,
    places,
    error: query.error,
    refetch: () => void query.refetch(),
    pages: more,
    complete: pages.every((page) => page.complete),
    totals: single ? undefined : groups.data?.pages[0],
    searchedTo: !single && groups.data?.pages.some((page) => page.searched_to), // a later page may have had less time
  };
}
