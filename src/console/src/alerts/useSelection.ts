// Chosen items of the list, by id: one by one, a range from the last one, or all that are listed.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Item } from './useInbox';

const none: ReadonlySet<string> = new Set();

export function useSelection(items: readonly Item[] | undefined, key: string) {
  const [selected, setSelected] = useState(none);
  const last = useRef<string | undefined>(undefined);
  const listed = useRef(items);
  listed.current = items;
  const clear = useCallback(() => setSelected(none), []);
  useEffect(clear, [key, clear]); // another list
  const select = useCallback((item: Item, range = false) => {
    const all = listed.current ?? [];
    const from = all.findIndex(({ id }) => id === last.current), to = all.findIndex(({ id }) => id === item.id);
    last.current = item.id;
    setSelected((before) => {
      const next = new Set(before);
      if (range && from >= 0 && to >= 0) for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.kind !== 'rest' && next.add(each.id);
      else if (!next.delete(item.id)) next.add(item.id);
      return next;
    });
  }, []);
  const selectAll = useCallback(() => setSelected(new Set(listed.current?.flatMap((item) => (item.kind === 'rest' ? [] : [item.id])))), []);
  const chosen = useMemo(() => (selected.size === 0 ? [] : (items?.filter((item) => selected.has(item.id)) ?? [])), [items, selected]);
  return { selected, chosen, select, selectAll, clear };
}
