// Rows of a long list of which only those in sight are in the document. Fetches more near the end; the
// chosen row stays in sight, and nothing else ever scrolls the list.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';

const ahead = 40; // rows left when more are fetched

export function useRows({ rows, height, at, more, fetchMore }: {
  rows: readonly { id: string }[];
  height: number; // of a row, and of the head that stands over the first
  at?: string; // the chosen row; a list that moves its cursor itself gives none
  more: boolean;
  fetchMore: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length, getScrollElement: () => box.current, estimateSize: () => height, overscan: 12, getItemKey: (index) => rows[index]!.id,
    scrollPaddingStart: height,
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - ahead) fetchMore();
  }, [more, last, rows.length, fetchMore]);
  const index = at === undefined ? -1 : rows.findIndex((row) => row.id === at);
  useEffect(() => {
    if (index >= 0) list.scrollToIndex(index, { align: 'auto' });
  }, [at]);
  return { box, items, size: list.getTotalSize(), inSight: items.some((item) => item.index === index), bringInSight: (row: number) => list.scrollToIndex(row, { align: 'auto' }) };
}
