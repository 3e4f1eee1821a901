// One enterprise of the registry, and the ways on from it.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ask, client, Refused } from '../api/client';
import { type Enterprise, enterpriseQuery } from '../api/enterprises';
import { inLanguage } from '../api/words';
import { Failure } from '../frame/Failure';
import { Facts, Panel, Reading } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { clock } from '../logic/time';
import styles from './enterprises.module.css';
import { useLevel } from './EnterprisesPage';

function useHeard(organisation: string | undefined): number | undefined {
  const { data } = useQuery({
    queryKey: ['sensors', organisation],
    queryFn: () => ask(client.GET('/api/v1/sensors', { params: { query: { ...(organisation && { organisation }) } } })),
    enabled: organisation !== undefined,
  });
  return data?.sensors.length;
}

function Contacts({ contacts }: { contacts: Enterprise['contacts'] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{t('enterprises.contacts')}</h3>
      {contacts.length === 0 && <p className={styles.quiet}>{t('enterprises.noContacts')}</p>}
      <ul>
        {contacts.map((one, index) => <li key={index}>{[one.name, one.role, one.phone, one.email].filter(Boolean).join(' · ')}</li>)}
      </ul>
    </section>
  );
}

export function EnterpriseDetail({ uscc, close }: { uscc: string; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const level = useLevel();
  const { data: one, error, refetch } = useQuery(enterpriseQuery(uscc));
  const heard = useHeard(one?.organisation);
  const gone = error instanceof Refused && error.status === 404;
  return (
    <Panel label={t('enterprises.detail')} head={<span className="mono">{uscc}</span>} close={close}>
      {gone ? <p>{t('enterprises.gone')}</p> : error && !one ? <Failure error={error} again={() => void refetch()} /> : !one && <Reading />}
      {one && (
        <>
          <h2>{one.name}</h2>
          <div className={styles.buttons}>
            <Link className="button" to="/alerts" search={{ organisation: one.organisation }}>{t('enterprises.alerts')}</Link>
            <Link className="button" to="/notices" search={{ organisation: one.organisation }}>{t('enterprises.notices')}</Link>
          </div>
          <Facts rows={[
            [t('enterprises.type'), inLanguage(one.type_label)],
            [t('enterprises.level'), level(one.level)],
            [t('enterprises.industry'), one.industry ? <><span className="mono">{one.industry}</span> {one.industry_label && inLanguage(one.industry_label)}</> : '–'],
            [t('enterprises.region'), <>{inLanguage(one.province)} <span className="mono">{one.region}</span></>],
            [t('enterprises.supervisor'), inLanguage(one.supervisor)],
            [t('enterprises.organisation'), one.organisation],
            [t('enterprises.sensors'), heard === undefined ? '–' : t('enterprises.heard', { heard, expected: one.expected_sensors })],
            [t('enterprises.networks'), <span className="mono">{one.networks.join(', ') || '–'}</span>],
            ...(one.note ? [[t('enterprises.note'), one.note] as const] : []),
            [t('enterprises.changed'), <><span className="mono">{clock(one.changed, zone, true)}</span> {one.by}</>],
          ]} />
          <Contacts contacts={one.contacts} />
        </>
      )}
    </Panel>
  );
}
