// Rows of a long list of which only those in sight are in the document. Fetches more near the end; the
// chosen row stays in sight, and nothing else ever scrolls the list.
import { observeElementOffset, observeElementRect, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';

const ahead = 40; // rows left when more are fetched

type Rows = Virtualizer<HTMLDivElement, Element>;
interface Place {
  room: number; // of the box, without its scrollbars; 0: not known yet
  top: number; // how far it is scrolled
  tell: ((offset: number, scrolling: boolean) => void) | undefined;
}

// Keeps what the browser tells of the box: asking it within a key press makes it lay out the page then and again for the frame.
const observedBy = (place: Place) => ({
  observeElementOffset: (list: Rows, tell: (offset: number, scrolling: boolean) => void) => {
    place.tell = tell;
    return observeElementOffset(list, (offset, scrolling) => {
      const same = offset === place.top && scrolling;
      place.top = offset;
      if (!same) tell(offset, scrolling); // else it was told when it was scrolled, by scrolled()
    });
  },
  observeElementRect: (list: Rows, tell: (rect: { width: number; height: number }) => void) =>
    observeElementRect(list, (rect) => {
      place.room = list.scrollElement?.clientHeight ?? 0;
      tell(rect);
    }),
});

export function useRows({ rows, height, at, more, fetchMore }: {
  rows: readonly { id: string }[];
  height: number; // of a row, and of the head that stands over the first
  at?: string; // the chosen row; a list that moves its cursor itself gives none
  more: boolean;
  fetchMore: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const place = useRef<Place>({ room: 0, top: 0, tell: undefined });
  const observed = useRef<ReturnType<typeof observedBy>>(undefined);
  observed.current ??= observedBy(place.current);
  const list = useVirtualizer({
    count: rows.length, getScrollElement: () => box.current, estimateSize: () => height, overscan: 12, getItemKey: (index) => rows[index]!.id,
    scrollPaddingStart: height, ...observed.current,
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - ahead) fetchMore();
  }, [more, last, rows.length, fetchMore]);
  // The rows of the new place are drawn together with what the key changed, not in answer to the scrolling.
  const bringInSight = (row: number) => {
    const { room, top, tell } = place.current;
    if (room === 0 || !tell) return list.scrollToIndex(row, { align: 'auto' });
    const highest = row * height, lowest = highest + 2 * height - room; // below the head, above the lower edge
    if (top <= highest && top >= lowest) return;
    place.current.top = Math.max(0, top > highest ? highest : lowest);
    box.current?.scrollTo({ top: place.current.top });
    tell(place.current.top, false);
  };
  const index = at === undefined ? -1 : rows.findIndex((row) => row.id === at);
  useEffect(() => {
    if (index >= 0) bringInSight(index);
  }, [at]);
  return { box, items, size: list.getTotalSize(), inSight: items.some((item) => item.index === index), bringInSight };
}
