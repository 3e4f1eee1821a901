// One event with all its members; each can be a column.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../api/client';
import { CloseIcon } from '../frame/icons';
import { useZone } from '../frame/preferences';
import { Value } from '../frame/Values';
import { fieldOf, leaves } from '../logic/query';
import { clock } from '../logic/time';
import { fieldLabel } from '../names';
import styles from './HuntPage.module.css';

const hidden = /^(packet|timestamp)$/; // octets and what the head has

export function EventPanel({ row, columns, asColumns, close }: {
  row: AlertRow;
  columns: readonly string[];
  asColumns: (columns: string[]) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  return (
    <aside className={styles.panel} aria-label={t('hunt.event')}>
      <header>
        <h2>{row.type} <span className="mono">{clock(row.time, zone, true)}</span></h2>
        {row.class === 'alert' && <Link to="/alerts" search={{ at: row.id, open: '1' }}>{t('hunt.asAlert')}</Link>}
        <button type="button" className="button plain" onClick={close} aria-label={t('detail.close')} title={`${t('detail.close')} (Esc)`}><CloseIcon /></button>
      </header>
      <dl className={styles.leaves} tabIndex={0} aria-label={t('hunt.event')}>
        {leaves(row.event).filter(({ path }) => !hidden.test(path)).map(({ path, text }) => {
          const field = fieldOf(path);
          return (
            <div key={path}>
              <dt>
                <input type="checkbox" checked={columns.includes(field)} aria-label={t('hunt.asColumn', { field: fieldLabel(field) })}
                  onChange={(event) => asColumns(event.target.checked ? [...columns, field] : columns.filter((other) => other !== field))} />
              </dt>
              <dt title={path}>{fieldLabel(field).replace(/^eve\./, '')}</dt>
              <dd className="mono"><Value field={field} value={text}>{text}</Value></dd>
            </div>
          );
        })}
      </dl>
    </aside>
  );
}
