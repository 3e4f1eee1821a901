// Events of a query: chosen columns, only the rows in sight in the document.
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../api/client';
import { useZone } from '../frame/preferences';
import { useRows } from '../frame/useRows';
import { Value } from '../frame/Values';
import { columnValue } from '../logic/query';
import { clock } from '../logic/time';
import styles from './EventTable.module.css';
import { useFieldName } from './useFieldName';

const row_height = 28;

export function EventTable({ rows, columns, at, more, fetchMore, choose }: {
  rows: AlertRow[];
  columns: readonly string[];
  at: string | undefined;
  more: boolean;
  fetchMore: () => void;
  choose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const name = useFieldName();
  const { box, items, size, inSight } = useRows({ rows, height: row_height, at, more, fetchMore });
  // Where the columns have no room, all rows are as wide as they need together.
  const tracks = (element: HTMLElement | null) => {
    element?.style.setProperty('grid-template-columns', `144px repeat(${columns.length}, minmax(0, 1fr))`);
    element?.style.setProperty('min-width', `${168 + columns.length * 96}px`);
  };
  return (
    <div ref={box} className={styles.list} role="grid" tabIndex={0} aria-label={t('hunt.events')} aria-rowcount={more ? -1 : rows.length + 1}
      aria-activedescendant={inSight ? `event-${at}` : undefined}>
      <div role="row" className={styles.head} aria-rowindex={1} ref={(element) => void tracks(element)}>
        <span role="columnheader">{t('alerts.time')}</span>
        {columns.map((column) => <span key={column} role="columnheader" title={column}>{name(column)}</span>)}
      </div>
      <div role="rowgroup" className={styles.rows} ref={(element) => void element?.style.setProperty('height', `${size}px`)}>
        {items.map((item) => {
          const row = rows[item.index]!;
          return (
            <div key={item.key} role="row" id={`event-${row.id}`} aria-rowindex={item.index + 2} aria-selected={row.id === at} className={styles.row} data-event={row.id}
              ref={(element) => {
                tracks(element);
                element?.style.setProperty('transform', `translateY(${item.start}px)`);
              }}
              onClick={() => choose(row.id)}>
              <span role="gridcell" className="mono" title={row.time}>{clock(row.time, zone)}</span>
              {columns.map((column) => (
                <span key={column} role="gridcell"><Value field={column} value={columnValue(row, column)} focusable={false} /></span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
