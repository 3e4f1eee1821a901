// The list: only the rows in sight are in the document. The cursor is the grid's active row.
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../api/client';
import { useZone } from '../frame/preferences';
import { useRows } from '../frame/useRows';
import { verbs } from '../generated/fields';
import { language } from '../i18n';
import { type Eve, place, severityOf } from '../logic/eve';
import { operationShort } from '../logic/sentence';
import { clock, type Zone } from '../logic/time';
import styles from './AlertList.module.css';
import { Severity } from './Severity';
import { useTitle } from './useTitle';

const row_height = 28;
const columns = ['time', 'severity', 'rule', 'source', 'destination', 'operation', 'technique', 'sensor', 'state'] as const;

export function verbLabel(verb: string): string {
  return (verbs as Record<string, { en: string; zh: string }>)[verb]?.[language()] ?? verb;
}

interface RowProps {
  row: AlertRow;
  index: number;
  top: number;
  here: boolean;
  title: string;
  zone: Zone;
  stateWord: string;
  language: string; // a change draws the row anew
  choose: (row: AlertRow) => void;
  open: (row: AlertRow) => void;
}

const Row = memo(function Row({ row, index, top, here, title, zone, stateWord, choose, open }: RowProps) {
  const eve = row.event as Eve;
  const source = place(eve.src_ip ?? eve.ether?.src_mac, eve.src_port);
  const destination = place(eve.dest_ip ?? eve.ether?.dest_mac, eve.dest_port);
  const operation = operationShort(eve, verbLabel);
  return (
    <div role="row" id={`row-${row.id}`} aria-rowindex={index + 2} aria-selected={here} className={styles.row} data-state={row.state} data-id={row.id}
      ref={(element) => void element?.style.setProperty('transform', `translateY(${top}px)`)}
      onClick={() => choose(row)} onDoubleClick={() => open(row)}>
      <span role="gridcell" className="mono" title={row.time}>{clock(row.time, zone)}</span>
      <span role="gridcell"><Severity level={severityOf(eve)} /></span>
      <span role="gridcell" className={styles.rule} title={title}>{title}</span>
      <span role="gridcell" className="mono" title={source}>{source}</span>
      <span role="gridcell" className="mono" title={destination}>{destination}</span>
      <span role="gridcell" title={operation}>{operation}</span>
      <span role="gridcell" className="mono">{eve.alert?.metadata?.technique?.join(' ') ?? ''}</span>
      <span role="gridcell" title={row.sensor}>{row.sensor}</span>
      <span role="gridcell" className={styles.state}>{stateWord}</span>
    </div>
  );
});

export function AlertList({ rows, at, more, fetchMore, choose, open }: {
  rows: AlertRow[];
  at: string | undefined;
  more: boolean;
  fetchMore: () => void;
  choose: (row: AlertRow) => void;
  open: (row: AlertRow) => void;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  const { box, items, size, inSight } = useRows({ rows, height: row_height, at, more, fetchMore });
  return (
    <div ref={box} className={styles.list} role="grid" tabIndex={0} aria-label={t('alerts.list')} aria-rowcount={more ? -1 : rows.length + 1}
      aria-activedescendant={inSight ? `row-${at}` : undefined}>
      <div role="row" className={styles.head} aria-rowindex={1}>
        {columns.map((name) => (
          <span key={name} role="columnheader">{t(`alerts.${name}`)}</span>
        ))}
      </div>
      <div role="rowgroup" className={styles.rows} ref={(element) => void element?.style.setProperty('height', `${size}px`)}>
        {items.map((item) => {
          const row = rows[item.index]!;
          return (
            <Row key={item.key} row={row} index={item.index} top={item.start} here={row.id === at} title={title(row.event as Eve)} zone={zone}
              stateWord={t(`state.${row.state ?? 'new'}`)} language={language()} choose={choose} open={open} />
          );
        })}
      </div>
    </div>
  );
}
