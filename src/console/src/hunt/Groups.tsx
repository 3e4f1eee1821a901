// Groups of a query: a table with a bar for each count, or a matrix where the query asks for one.
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';
import { Value } from '../frame/Values';
import { cellText } from '../logic/query';
import { fieldLabel } from '../names';
import { numberText } from '../numbers';
import styles from './Groups.module.css';

type Answer = Schemas['Groups'];

export const figureText = (value: unknown) => (typeof value === 'number' ? numberText(value) : cellText(value));

function Matrix({ answer }: { answer: Answer }) {
  const { t } = useTranslation();
  const [down, across] = answer.columns as [string, string];
  const columns = [...new Set(answer.rows.map((row) => cellText(row[1])))].sort();
  const rows = new Map<string, Map<string, number>>();
  for (const [first, second, count] of answer.rows) {
    const row = rows.get(cellText(first)) ?? new Map<string, number>();
    rows.set(cellText(first), row.set(cellText(second), Number(count)));
  }
  const most = Math.max(1, ...answer.rows.map((row) => Number(row[2])));
  const shade = (count: number) => Math.ceil((Math.log(count + 1) / Math.log(most + 1)) * 4);
  return (
    <table className={styles.matrix}>
      <caption className="hidden">{t('hunt.matrix', { down: fieldLabel(down), across: fieldLabel(across) })}</caption>
      <thead>
        <tr>
          <th scope="col">{`${fieldLabel(down)} ↓ ${fieldLabel(across)} →`}</th>
          {columns.map((column) => <th key={column} scope="col"><Value field={across} value={column} /></th>)}
        </tr>
      </thead>
      <tbody>
        {[...rows].map(([key, cells]) => (
          <tr key={key}>
            <th scope="row"><Value field={down} value={key} /></th>
            {columns.map((column) => {
              const count = cells.get(column);
              return count === undefined ? <td key={column} /> : <td key={column} data-shade={shade(count)}>{numberText(count)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Groups({ answer }: { answer: Answer }) {
  const { t } = useTranslation();
  if (answer.rows.length === 0) return <p className={styles.note}>{t('hunt.noGroups')}</p>;
  const plain = answer.groups === 2 && answer.columns.length === 3;
  const measure = answer.columns.length > answer.groups ? answer.groups : -1; // the first function has the bar
  const most = Math.max(1, ...answer.rows.map((row) => Number(row[measure] ?? 0)));
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('hunt.groups')}>
      {answer.style === 'matrix' && plain ? (
        <Matrix answer={answer} />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              {answer.columns.map((column) => <th key={column} scope="col">{fieldLabel(column)}</th>)}
              {measure >= 0 && <th scope="col"><span className="hidden">{t('hunt.share')}</span></th>}
            </tr>
          </thead>
          <tbody>
            {answer.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={at} data-number={typeof cell === 'number' && at >= answer.groups}>
                    {at < answer.groups && cell !== null ? <Value field={answer.columns[at]!} value={cellText(cell)} /> : figureText(cell)}
                  </td>
                ))}
                {measure >= 0 && (
                  <td className={styles.bar}>
                    <span ref={(element) => void element?.style.setProperty('width', `${(Math.max(0, Number(row[measure] ?? 0)) / most) * 100}%`)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.note}>
        {t('hunt.groupsOf', { shown: answer.rows.length, total: answer.total, events: answer.events })}
        {!answer.complete && ` · ${t('alerts.incomplete')}`}
      </p>
    </div>
  );
}
