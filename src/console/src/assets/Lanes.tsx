// The levels of the Purdue model, one a lane, the highest on top; who stands on none is last. What stands behind
// a gateway is counted on it.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { lanesQuery } from '../api/assets';
import { Failure } from '../frame/Failure';
import { language } from '../i18n';
import styles from './AssetsPage.module.css';
import { addressOf, modelOf } from './AssetTable';
import { Marks } from './Marks';
import { type AssetsAsked, levels } from './search';

export function Lanes({ asked, at, choose, nothing }: { asked: AssetsAsked; at: string | undefined; choose: (id: string) => void; nothing: ReactNode }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(lanesQuery(asked));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <p className={styles.note} role="status">{t('alerts.loading')}</p>;
  if (data.assets.length === 0) return nothing;
  return (
    <div className={styles.lanes} tabIndex={0} role="region" aria-label={t('assets.level')}>
      {data.total > data.assets.length && <p role="status" className={styles.note}>{t('assets.laneCut', { shown: data.assets.length, total: data.total })}</p>}
      {levels.map((level) => {
        const here = data.assets.filter((asset) => String(asset.level ?? 'none') === level);
        if (level === 'none' && here.length === 0) return null;
        return (
          <section key={level} className={styles.lane} data-level={level}>
            <h2>{level !== 'none' && <b className="mono">L{level}</b>} {t(`assets.levels.${level}`)} <span>{here.length}</span></h2>
            {here.length === 0 ? <p>{t('assets.laneEmpty')}</p> : (
              <ul>
                {here.map((asset) => (
                  <li key={asset.id}>
                    <button type="button" aria-pressed={asset.id === at} data-asset={asset.id} onClick={() => choose(asset.id)}>
                      <span className={styles.role}>{asset.role[language()]}</span>
                      <b>{asset.name || addressOf(asset)}</b>
                      <span className="mono">{asset.name ? addressOf(asset) : ''}</span>
                      <span>{modelOf(asset)}</span>
                      {asset.children > 0 && <span className={styles.role}>{t('assets.behindIt', { count: asset.children })}</span>}
                      <Marks asset={asset} />
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </section>
        );
      })}
    </div>
  );
}
