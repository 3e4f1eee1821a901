// The fields of what is found: each a column of the table or not, and its most frequent values on demand.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groupsQuery } from '../api/hunt';
import { useExplain } from '../frame/Failure';
import { Value } from '../frame/Values';
import { type Asked, cellText, columnNames, narrowed } from '../logic/query';
import { fieldLabel } from '../names';
import { numberText } from '../numbers';
import styles from './FieldStats.module.css';

const shown = 8;

function Top({ asked, field }: { asked: Asked; field: string }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const { data, error } = useQuery(groupsQuery({ ...asked, query: `${narrowed(asked.query, 'groupBy', field, '')} | head ${shown}` }));
  if (error) return <p className={styles.quiet}>{explain(error).text}</p>;
  if (!data) return <p className={styles.quiet}>{t('alerts.loading')}</p>;
  const rows = data.rows.filter((row) => row[0] !== null);
  if (rows.length === 0) return <p className={styles.quiet}>{t('hunt.noValues')}</p>;
  return (
    <ul>
      {rows.map(([value, count]) => (
        <li key={cellText(value)} className={styles.value}>
          <Value field={field} value={cellText(value)} />
          <span className={styles.count}>{numberText(Number(count))}</span>
          <span className={styles.bar} ref={(element) => void element?.style.setProperty('width', `${(Number(count) / Math.max(1, data.events)) * 100}%`)} />
        </li>
      ))}
    </ul>
  );
}

export function FieldStats({ asked, columns, change }: { asked: Asked; columns: readonly string[]; change: (columns: string[]) => void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<string>();
  const own = columns.filter((column) => !columnNames.includes(column));
  return (
    <nav className={styles.fields} aria-label={t('hunt.fields')}>
      <h2>{t('hunt.fields')}</h2>
      <ul tabIndex={0} aria-label={t('hunt.fields')}>
        {[...columnNames, ...own].map((field) => (
          <li key={field}>
            <div className={styles.field}>
              <input type="checkbox" checked={columns.includes(field)} aria-label={t('hunt.asColumn', { field: fieldLabel(field) })}
                onChange={(event) => change(event.target.checked ? [...columns, field] : columns.filter((other) => other !== field))} />
              <button type="button" aria-expanded={opened === field} title={field} onClick={() => setOpened(opened === field ? undefined : field)}>
                {fieldLabel(field)}
              </button>
            </div>
            {opened === field && <Top asked={asked} field={field} />}
          </li>
        ))}
      </ul>
    </nav>
  );
}
