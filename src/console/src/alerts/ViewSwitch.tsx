// How the inbox is listed: groups or single alerts; muted ones hidden, among the others, or alone.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { mutesQuery } from '../api/mutes';
import type { AlertSearch } from '../logic/filters';
import styles from './FilterBar.module.css';

const muted_views = [undefined, 'show', 'only'] as const;

export function ViewSwitch({ search, change, mutes }: { search: AlertSearch; change: (next: Partial<AlertSearch>) => void; mutes: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(mutesQuery);
  const active = data?.mutes.filter((mute) => mute.active).length ?? 0;
  return (
    <>
      <div className={styles.group} role="group" aria-label={t('alerts.as')}>
        {([undefined, 'single'] as const).map((as) => (
          <button key={as ?? 'groups'} type="button" className={styles.toggle} aria-pressed={search.as === as} onClick={() => change({ as, at: undefined, open: undefined })}>
            {t(`alerts.as_${as ?? 'groups'}`)}
          </button>
        ))}
      </div>
      {(active > 0 || search.muted !== undefined) && (
        <div className={styles.group} role="group" aria-label={t('mute.view')}>
          {muted_views.map((muted) => (
            <button key={muted ?? 'hide'} type="button" className={styles.toggle} aria-pressed={search.muted === muted} onClick={() => change({ muted })}>
              {t(`mute.views.${muted ?? 'hide'}`)}
            </button>
          ))}
        </div>
      )}
      <button type="button" className="button plain" onClick={mutes}>{t('mute.count', { count: active })}</button>
    </>
  );
}
