// Alerts of the same two ends, ten minutes before and after.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { relatedQuery } from '../api/alerts';
import { useZone } from '../frame/preferences';
import { type Eve, severityOf } from '../logic/eve';
import { type Say, sentence } from '../logic/sentence';
import { clock } from '../logic/time';
import styles from './AlertDetail.module.css';
import { Severity } from './Severity';
import { useTitle } from './useTitle';

export function Related({ id, show }: { id: string; show: (id: string) => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  const { data } = useQuery(relatedQuery(id));
  if (!data) return null;
  return (
    <section>
      <h3>{t('detail.related')}</h3>
      {data.alerts.length === 0 && <p className={styles.quiet}>{t('detail.noRelated')}</p>}
      <ul className={styles.related}>
        {data.alerts.map((row) => {
          const eve = row.event as Eve;
          return (
            <li key={row.id}>
              <button type="button" onClick={() => show(row.id)} title={sentence(eve, t as unknown as Say)}>
                <span className="mono">{clock(row.time, zone)}</span>
                <Severity level={severityOf(eve)} />
                <span>{title(eve)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {data.more && <p className={styles.quiet}>{t('detail.moreRelated')}</p>}
    </section>
  );
}
