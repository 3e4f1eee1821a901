// Settings in force: how long what is kept, how much room it takes, what this center is; and where each is changed.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Storage, storageQuery, versionQuery } from '../api/administration';
import { rolesQuery, sessionQuery } from '../api/session';
import { Failure } from '../frame/Failure';
import { CopyText, formStyles } from '../frame/Form';
import { Facts, Reading } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { shareOf } from '../logic/room';
import { clock } from '../logic/time';
import { daysText, numberText, sizeText } from '../numbers';
import styles from './SettingsPage.module.css';

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Kept({ keep }: { keep: Storage['keep'] }) {
  const { t } = useTranslation();
  const day = 86_400;
  return (
    <Card title={t('settings.kept')}>
      <table className={styles.table}>
        <thead><tr><th scope="col">{t('settings.what')}</th><th scope="col">{t('settings.howLong')}</th><th scope="col">{t('settings.key')}</th></tr></thead>
        <tbody>
          {keep.map(({ key, seconds }) => (
            <tr key={key} data-key={key}>
              <td>{t(`settings.keeps.${key.split('keep_').at(-1) as 'alerts'}`, { defaultValue: key })}</td>
              <td>{daysText(seconds / day)}</td>
              <td className="mono">{key}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={formStyles.quiet}>{t('settings.keptText')}</p>
    </Card>
  );
}

function Room({ storage }: { storage: Storage }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { now, most, free_floor: floor } = storage;
  const share = now && shareOf(now.bytes, most, now.free, floor);
  return (
    <Card title={t('settings.room')}>
      {now && share !== undefined && share !== null && (
        <div>
          <div className={styles.bar} role="img" aria-label={t('settings.used', { share: Math.round(share * 100) })} data-full={share > 0.9 || undefined}>
            <span ref={(element) => void element?.style.setProperty('width', `${Math.max(share * 100, 0.5)}%`)} />
          </div>
          <p className={formStyles.quiet}>{t('settings.used', { share: Math.round(share * 100) })}</p>
        </div>
      )}
      {now && now.free !== null && now.free < floor && <p role="status" className={formStyles.told} data-bad>{t('settings.noRoom')}</p>}
      <Facts rows={[
        [t('settings.engine'), t(`settings.engines.${storage.engine}`)],
        ...(now ? [
          [t('settings.bytes'), sizeText(now.bytes)],
          [t('settings.free'), now.free === null ? t('settings.elsewhere') : sizeText(now.free)],
        ] as const : []),
        [t('settings.most'), most === 0 ? t('settings.noBound') : sizeText(most)],
        [t('settings.floor'), sizeText(floor)],
        ...(now ? [
          [t('settings.oldest'), now.oldest ? <span className="mono">{clock(now.oldest, zone, true)}</span> : '–'],
          [t('settings.stored'), numberText(now.stored)],
          [t('settings.refused'), numberText(now.refused)],
          [t('settings.parts'), numberText(now.parts)],
          [t('settings.quarantined'), now.quarantined === 0 ? t('settings.none') : <span className={formStyles.bad}>{t('settings.damaged', { count: now.quarantined })}</span>],
        ] as const : []),
      ]} />
      {!now && <p className={formStyles.quiet}>{t('settings.partOnly')}</p>}
    </Card>
  );
}

function Center() {
  const { t } = useTranslation();
  const { tier, organisation } = useSuspenseQuery(sessionQuery).data;
  const { separated } = useSuspenseQuery(rolesQuery).data;
  const version = useQuery(versionQuery).data;
  return (
    <Card title={t('settings.center')}>
      <Facts rows={[
        [t('settings.name'), version?.name ?? '–'],
        [t('settings.version'), <span className="mono">{version ? `${version.program} ${version.version}` : '–'}</span>],
        [t('settings.tier'), t(`settings.tiers.${tier}`)],
        [t('settings.sees'), organisation || t('form.whole')],
        [t('settings.administrators'), t(separated ? 'rolesPage.separated' : 'rolesPage.together')],
        [t('settings.api'), <a href="/openapi.json">/openapi.json</a>],
      ]} />
    </Card>
  );
}

function Change() {
  const { t } = useTranslation();
  return (
    <Card title={t('settings.change')}>
      <p>{t('settings.changeText')}</p>
      <p>{t('settings.changeTry')}</p>
      <CopyText text="langyan-center -T -c center.yaml" label={t('settings.changeTry')} />
      <p>{t('settings.changeReload')}</p>
      <p>{t('settings.here')} <Link to="/outputs">{t('nav.outputs')}</Link> · <Link to="/accounts">{t('nav.accounts')}</Link> · <Link to="/roles">{t('nav.roles')}</Link></p>
    </Card>
  );
}

export function SettingsPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(storageQuery);
  if (error && !data) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Reading />;
  return (
    <div className={styles.page} tabIndex={0} role="region" aria-label={t('nav.settings')}>
      <Kept keep={data.keep} />
      <Room storage={data} />
      <Center />
      <Change />
    </div>
  );
}
