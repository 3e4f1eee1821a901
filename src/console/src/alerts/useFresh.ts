// How many alerts the center has that came after the list was made, asked when the feed says that some came.
import { useEffect, useMemo, useRef, useState } from 'react';
import { newestAlerts, page_rows } from '../api/alerts';
import { listen } from '../api/stream';
import { type AlertSearch, queryOf } from '../logic/filters';
import type { Item } from './useInbox';

const look_again = 400; // milliseconds after a message, so that a burst asks once
export const most_counted = page_rows; // a page of the center's answer

export function useFresh(search: AlertSearch, items: readonly Item[] | undefined): number {
  const [fresh, setFresh] = useState(0);
  const shown = useRef<(id: string, time: string) => boolean>(() => true);
  const newest = items?.[0];
  const single = search.as === 'single';
  const ids = useMemo(() => new Set(single ? items?.map((item) => item.id) : []), [single, items]);
  shown.current = (id, time) => {
    if (single) return ids.has(id);
    return newest?.kind === 'group' && (time <= newest.group.last || id === newest.group.newest.id);
  };
  const key = JSON.stringify(queryOf(search));
  useEffect(() => setFresh(0), [key, newest?.id, newest?.kind === 'group' && newest.group.last]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const count = async () => {
      timer = undefined;
      const page = await newestAlerts(search).catch(() => undefined);
      if (!page || gone) return;
      setFresh(page.alerts.filter((row) => !shown.current(row.id, row.time)).length);
    };
    const stop = listen((message) => {
      if (message.kind !== 'alerts' && message.kind !== 'again') return;
      timer ??= setTimeout(() => void count(), look_again);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
      stop();
    };
    // `search` is what `key` says
  }, [key]);
  return fresh;
}
