// A list with columns of which one row is chosen; only the rows in sight are in the document.
import type { ReactNode } from 'react';
import styles from './Grid.module.css';
import { Rest } from './Rest';
import { type Pages, useRows } from './useRows';

const row_height = 28;
const edges = 24; // room left and right of a row

export interface Column<T> {
  name: string;
  head: string;
  title?: string; // of the head
  least: number; // pixels it needs
  share?: number; // of the room that is left; none when left out
  mono?: boolean;
  spare?: boolean; // gone while something stands beside the list
  cell: (row: T) => ReactNode;
  tip?: (row: T) => string | undefined; // in full, where the cell may be cut
}

export function Grid<T extends { id: string }>({ rows, columns: all, beside, label, at, pages, choose }: {
  rows: readonly T[];
  columns: readonly Column<T>[];
  beside?: boolean;
  label: string;
  at: string | undefined;
  pages?: Pages; // of a list that is not whole
  choose: (id: string) => void;
}) {
  const { box, first, sight, size, inSight } = useRows({ rows, height: row_height, at, pages });
  const columns = beside ? all.filter((column) => !column.spare) : all;
  // Where the columns have no room, all rows are as wide as they need together.
  const tracks = (element: HTMLElement | null) => {
    element?.style.setProperty('grid-template-columns', columns.map(({ least, share }) => (share ? `minmax(${least}px, ${share}fr)` : `${least}px`)).join(' '));
    element?.style.setProperty('min-width', `${columns.reduce((sum, column) => sum + column.least, edges)}px`);
  };
  return (
    <div ref={box} className={styles.list} role="grid" tabIndex={0} aria-label={label} aria-rowcount={pages?.hasNextPage ? -1 : rows.length + 1}
      aria-activedescendant={inSight ? `row-${at}` : undefined}>
      <div role="row" className={styles.head} aria-rowindex={1} ref={(element) => void tracks(element)}>
        {columns.map((column) => <span key={column.name} role="columnheader" title={column.title}>{column.head}</span>)}
      </div>
      <div role="rowgroup" className={styles.rows} ref={(element) => void element?.style.setProperty('height', `${size}px`)}>
        {sight.map((row, offset) => (
          <div key={row.id} role="row" id={`row-${row.id}`} aria-rowindex={first + offset + 2} aria-selected={row.id === at} className={styles.row} data-id={row.id}
            ref={(element) => {
              tracks(element);
              element?.style.setProperty('transform', `translateY(${(first + offset) * row_height}px)`);
            }}
            onClick={() => choose(row.id)}>
            {columns.map((column) => (
              <span key={column.name} role="gridcell" className={column.mono ? 'mono' : undefined} title={column.tip?.(row)}>{column.cell(row)}</span>
            ))}
          </div>
        ))}
      </div>
      {pages && <Rest pages={pages} />}
    </div>
  );
}
