// Rows of a long list, all of one height, of which only those near sight are in the document. Fetches more near the
// end; the chosen row stays in sight, and nothing else ever scrolls the list.
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

const ahead = 40; // rows left when more are fetched
const spare = 12; // rows drawn beyond either edge, at the least
const block = 8; // rows that come and go together, so that most keys draw none

// Where more rows come from: an infinite query.
export type Pages = Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetching' | 'isFetchNextPageError' | 'fetchNextPage'>;

interface Span {
  from: number;
  to: number; // the first that is not drawn
}

const around = (top: number, room: number, height: number): Span => ({
  from: Math.max(0, Math.floor((top / height - spare) / block) * block),
  to: Math.ceil(((top + room) / height + spare) / block) * block,
});

export function useRows<T extends { id: string }>({ rows, height, at, pages }: {
  rows: readonly T[];
  height: number; // of a row, and of the head that stands over the first
  at?: string; // the chosen row; a list that moves its cursor itself gives none
  pages?: Pages; // of a list that is not whole
}) {
  const box = useRef<HTMLDivElement>(null);
  const [span, setSpan] = useState(() => around(0, innerHeight, height));
  // How far the box is scrolled and its room without scrollbars, as the browser told them: asking within a key press makes it lay out the page.
  const place = useRef({ top: 0, room: 0, drawn: span, asked: span });
  useLayoutEffect(() => void (place.current.drawn = span), [span]);

  // Rows are drawn at once where some in sight are missing, else after the frame that is at hand.
  const follow = (atOnce: (draw: () => void) => void) => {
    const { top, room, drawn, asked } = place.current;
    const next = around(top, room, height);
    const all = drawn.from * height <= top && top + room <= drawn.to * height;
    if (next.from === asked.from && next.to === asked.to && all) return;
    place.current.asked = next;
    (all ? startTransition : atOnce)(() => setSpan(next));
  };
  useLayoutEffect(() => {
    const element = box.current!;
    const seen = () => {
      place.current.top = element.scrollTop;
      follow(flushSync);
    };
    const sized = new ResizeObserver(() => {
      place.current.room = element.clientHeight;
      follow(flushSync);
    });
    place.current.room = element.clientHeight;
    sized.observe(element);
    element.addEventListener('scroll', seen, { passive: true });
    return () => {
      sized.disconnect();
      element.removeEventListener('scroll', seen);
    };
  }, []);

  const last = Math.min(span.to, rows.length) - 1;
  // Asked again whenever a fetch has ended: a page may bring no row, and other fetches of the query end this one.
  const wanted = pages?.hasNextPage && !pages.isFetching && !pages.isFetchNextPageError && last >= rows.length - ahead;
  useEffect(() => {
    if (wanted) void pages?.fetchNextPage();
  }, [wanted, rows]);

  const bringInSight = (row: number) => {
    const { room, top } = place.current;
    const highest = row * height, lowest = highest + 2 * height - room; // below the head, above the lower edge
    if (top <= highest && top >= lowest) return;
    place.current.top = Math.max(0, top > highest ? highest : lowest);
    box.current?.scrollTo({ top: place.current.top });
    follow((draw) => draw()); // together with what else the key changes
  };
  const index = at === undefined ? -1 : rows.findIndex((row) => row.id === at);
  useEffect(() => {
    if (index >= 0) bringInSight(index);
  }, [at]);
  return { box, first: span.from, sight: rows.slice(span.from, span.to), size: rows.length * height, inSight: index >= span.from && index < span.to, bringInSight };
}
