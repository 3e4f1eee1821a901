// Assets as rows; those behind a gateway stand under it, indented. Only the rows in sight are in the document.
import { useTranslation } from 'react-i18next';
import type { Asset } from '../api/assets';
import { useAge } from '../frame/useAge';
import { useNow } from '../frame/useNow';
import { useRows } from '../frame/useRows';
import { language } from '../i18n';
import styles from './AssetsPage.module.css';
import { Marks } from './Marks';

const row_height = 28;

export const modelOf = (asset: Asset) => [asset.vendor, asset.model].filter((part) => part !== '').join(' ');
export const addressOf = (asset: Asset) => (asset.parent ? asset.identity : (asset.ips[0] ?? asset.identity));

export function AssetTable({ rows, at, more, fetchMore, choose }: {
  rows: Asset[];
  at: string | undefined;
  more: boolean;
  fetchMore: () => void;
  choose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const age = useAge();
  const now = useNow();
  const { box, items, size, inSight } = useRows({ rows, height: row_height, at, more, fetchMore });
  const heads = ['asset', 'level', 'role', 'model', 'firmware', 'name', 'lastSeen', 'marks'] as const;
  const step = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, rows.findIndex((row) => row.id === at) + by))];
    if (next) choose(next.id);
  };
  return (
    <div ref={box} className={styles.grid} role="grid" tabIndex={0} aria-label={t('assets.list')} aria-rowcount={more ? -1 : rows.length + 1}
      aria-activedescendant={inSight ? `asset-${at}` : undefined}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'j' || event.key === 'ArrowDown') step(1), event.preventDefault();
        if (event.key === 'k' || event.key === 'ArrowUp') step(-1), event.preventDefault();
      }}>
      <div role="row" className={styles.head} aria-rowindex={1}>
        {heads.map((head) => <span key={head} role="columnheader">{head === 'level' ? 'L' : t(`assets.${head}`)}</span>)}
      </div>
      <div role="rowgroup" className={styles.rows} ref={(element) => void element?.style.setProperty('height', `${size}px`)}>
        {items.map((item) => {
          const row = rows[item.index]!;
          return (
            <div key={item.key} role="row" id={`asset-${row.id}`} aria-rowindex={item.index + 2} aria-selected={row.id === at} className={styles.row} data-asset={row.id}
              ref={(element) => void element?.style.setProperty('transform', `translateY(${item.start}px)`)} onClick={() => choose(row.id)}>
              <span role="gridcell" className="mono" data-child={!!row.parent} title={row.identity}>{addressOf(row)}</span>
              <span role="gridcell" className="mono">{row.level ?? ''}</span>
              <span role="gridcell">{row.role[language()]}</span>
              <span role="gridcell" title={modelOf(row)}>{modelOf(row)}</span>
              <span role="gridcell" className="mono">{row.firmware}</span>
              <span role="gridcell" title={row.name}>{row.name}</span>
              <span role="gridcell" title={row.last_seen}>{age(row.last_seen, now, 'ago')}</span>
              <span role="gridcell"><Marks asset={row} /></span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
