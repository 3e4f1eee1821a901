// Sensors, those in trouble first: how fast packets come, what was lost and why, how fresh all this is.
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { Sample } from '../frame/Form';
import { Listed } from '../frame/Listed';
import { useZone } from '../frame/preferences';
import { useAge } from '../frame/useAge';
import { useNow } from '../frame/useNow';
import { byTrouble, counter, countersOf, dropShare, type Health, healthOf, isCenter, lossesOf, type Rate, ratesOf, type Sensor, type StatsEvent } from '../logic/sensors';
import { toSecond } from '../logic/time';
import { compactText, numberText, percentText } from '../numbers';
import styles from './SensorsPage.module.css';

const every = 15_000;
const reports = 61; // an hour of them

const reportsQuery = (name: string) => ({
  queryKey: ['reports', name],
  queryFn: async () => {
    const answer = await ask(client.GET('/api/v1/events', { params: { query: { class: ['stats' as const], sensor: [name], limit: reports } } }));
    return answer.events.map((row) => row.event as StatsEvent);
  },
  refetchInterval: every,
});

function Spark({ rates }: { rates: Rate[] }) {
  if (rates.length < 2) return null;
  const [width, height] = [160, 32];
  const top = Math.max(...rates.map((rate) => rate.packets), 1);
  const first = rates[0]!.time;
  const span = Math.max(rates.at(-1)!.time - first, 1);
  const points = rates.map((rate) => `${(((rate.time - first) / span) * width).toFixed(1)},${(height - 1 - (rate.packets / top) * (height - 2)).toFixed(1)}`);
  return (
    <svg className={styles.spark} viewBox={`0 0 ${width} ${height}`} width={width} height={height} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}

const shapes: Record<Health, string> = {
  ok: 'M2 8.500 6.300 12.500 14 4',
  losing: 'M8 2 14.500 13.500H1.500zM8 6.500v3.500M8 11.900v.1',
  stale: 'M3 8h10',
};

function Status({ sensor, now }: { sensor: Sensor; now: number }) {
  const { t } = useTranslation();
  const age = useAge();
  const health = healthOf(sensor, now);
  return (
    <span className={styles.status} data-health={health}>
      <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.800" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={shapes[health]} />
      </svg>
      {health === 'stale' ? t('sensors.stale', { age: age(sensor.last_seen, now, 'lasting') }) : t(`sensors.${health}`)}
    </span>
  );
}

function Number_({ name, children, unit }: { name: string; children: ReactNode; unit?: string }) {
  return (
    <div className={styles.number}>
      <dt>{name}</dt>
      <dd>
        {children}
        {unit && <small> {unit}</small>}
      </dd>
    </div>
  );
}

function Card({ sensor, reported, now }: { sensor: Sensor; reported: StatsEvent[] | undefined; now: number }) {
  const { t } = useTranslation();
  const zone = useZone();
  const age = useAge();
  const causes = t('causes', { returnObjects: true }) as Record<string, string>; // their names hold dots
  const counters = countersOf(sensor.stats);
  const program = (sensor.stats as StatsEvent | null)?.program;
  const rates = ratesOf(reported ?? []);
  const losses = lossesOf(counters);
  const share = dropShare(counters);
  const stale = healthOf(sensor, now) === 'stale';
  const rate = stale ? undefined : rates.at(-1);
  return (
    <article className={styles.card} data-stale={stale || undefined} aria-labelledby={`sensor-${sensor.name}`}>
      <header>
        <h2 id={`sensor-${sensor.name}`}>{sensor.name}</h2>
        <span className={styles.quiet}>{sensor.organisation}</span>
        <Status sensor={sensor} now={now} />
      </header>
      <dl className={styles.numbers}>
        <Number_ name={t('sensors.rate')} unit={rate && t('sensors.rateOf')}>{rate ? compactText(rate.packets) : '–'}</Number_>
        <Number_ name={t('sensors.packets')}>{compactText(counter(counters, 'capture.packets'))}</Number_>
        <Number_ name={t('sensors.events')}>{compactText(sensor.events)}</Number_>
        <Number_ name={t('sensors.alerts')}>{compactText(sensor.alerts)}</Number_>
        <div className={styles.number}>
          <dt>{rate ? `${compactText(rate.bits)} ${t('sensors.bits')}` : rates.length === 0 && t('sensors.noRate')}</dt>
          <dd><Spark rates={rates} /></dd>
        </div>
      </dl>
      <section>
        <h3>
          {t('sensors.drops')} <span className={styles.quiet}>{t('sensors.since')}</span>
          {share > 0 && <b>{percentText(share, 2)}</b>}
        </h3>
        {sensor.stats === null ? (
          <p className={styles.quiet}>{t('sensors.noStats')}</p>
        ) : losses.length === 0 ? (
          <p className={styles.quiet}>{t('sensors.noDrops')}</p>
        ) : (
          <dl className={styles.losses}>
            {losses.map((loss) => (
              <div key={loss.cause} title={loss.cause}>
                <dt>{causes[loss.cause] ?? loss.cause}</dt>
                <dd>{numberText(loss.count)}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      <dl className={styles.facts}>
        <div><dt>{t('sensors.lastSeen')}</dt><dd title={sensor.last_seen}>{age(sensor.last_seen, now, 'ago')}</dd></div>
        <div><dt>{t('sensors.version')}</dt><dd className="mono">{program?.version ?? t('sensors.unknown')}</dd></div>
        <div><dt>{t('sensors.rules')}</dt><dd className="mono">{program?.rules ?? t('sensors.unknown')}</dd></div>
        <div><dt>{t('sensors.firstSeen')}</dt><dd className="mono">{toSecond(sensor.first_seen, zone)}</dd></div>
      </dl>
    </article>
  );
}

export function SensorsPage() {
  const { t } = useTranslation();
  const now = useNow();
  const { data, error, refetch } = useQuery({ queryKey: ['sensors'], queryFn: () => ask(client.GET('/api/v1/sensors')), refetchInterval: every });
  const sensors = data && byTrouble(data.sensors.filter((one) => !isCenter(one)), now);
  const reported = useQueries({ queries: (sensors ?? []).map((sensor) => reportsQuery(sensor.name)) });
  return (
    <Listed error={!data && error} again={refetch} rows={sensors} title={t('sensors.emptyTitle')} text={t('sensors.emptyText')} more={(
      <Sample>{`langyan token add --data DIR --role ingest --source NAME > sensor.token
langyan-sensor -i INTERFACE --set sensor.name=NAME --set spool.folder=DIR \\
  --set uplink.url=${location.origin} --set uplink.token_file=sensor.token`}</Sample>
    )}>
      {(shown) => (
        <div className={styles.page} tabIndex={0} role="region" aria-label={t('sensors.list')}>
          {shown.map((sensor, index) => (
            <Card key={`${sensor.organisation}/${sensor.name}`} sensor={sensor} reported={reported[index]?.data} now={now} />
          ))}
        </div>
      )}
    </Listed>
  );
}
