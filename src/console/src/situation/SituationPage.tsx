// The situation of a place: its figures with their age, alerts over the day, what lies below, how notices
// go on. On a wall (?kiosk=1) nothing else.
import { type UseQueryResult, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { useTitle } from '../alerts/useTitle';
import type { Schemas } from '../api/client';
import { cache, detectionsQuery, sessionQuery } from '../api/session';
import { disposalQuery, gravestQuery, kpiQuery, mapQuery, refresh, topQuery, trendQuery, type Unit, unitsQuery } from '../api/situation';
import { inLanguage } from '../api/words';
import { Failure } from '../frame/Failure';
import { isTyping } from '../frame/keys';
import { Reading } from '../frame/Panel';
import { Place } from '../frame/Place';
import { Toggles } from '../frame/Toggles';
import { useZone } from '../frame/preferences';
import { useAge } from '../frame/useAge';
import { useNow } from '../frame/useNow';
import { language } from '../i18n';
import { type Eve, severityOf } from '../logic/eve';
import { changeOf, pathOf, stacksOf } from '../logic/situation';
import { clock } from '../logic/time';
import { protocolLabel } from '../names';
import { changeText, compactText, numberText } from '../numbers';
import { LinkState } from '../platforms/LinkState';
import { GeoMap, MapRefused } from './GeoMap';
import type { SituationSearch } from './search';
import styles from './situation.module.css';
import { nameOf, TileList, TileMap } from './Tiles';
import { Trend } from './Trend';

const route = getRouteApi('/inside/situation');
const shift_every = 600_000; // on a wall, so that nothing burns in
const ranked = 10;

function Card({ title, children, className = '', more }: { title: string; children: ReactNode; className?: string; more?: ReactNode }) {
  return (
    <section className={`${styles.card} ${className}`} aria-label={title}>
      <h2>{title}{more}</h2>
      {children}
    </section>
  );
}

// What a question gave; what went wrong stands in its card alone.
function Answered<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  return query.error ? <Failure error={query.error} again={() => void query.refetch()} /> : <Reading />;
}

function Bars({ rows }: { rows: readonly { key: string; name: ReactNode; count: number; text?: string }[] }) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <ol className={styles.bars}>
      {rows.map((row) => (
        <li key={row.key}>
          <span className={styles.barName}>{row.name}</span>
          <span className={styles.bar} aria-hidden="true"><span ref={(element) => void element?.style.setProperty('width', `${(row.count / most) * 100}%`)} /></span>
          <span className={styles.barCount}>{row.text ?? numberText(row.count)}</span>
        </li>
      ))}
    </ol>
  );
}

function Figure({ name, value, note, as_of, now }: { name: string; value: ReactNode; note?: ReactNode; as_of: string; now: number }) {
  const { t } = useTranslation();
  const age = useAge();
  return (
    <div className={styles.figure} data-stale={now - Date.parse(as_of) > 3 * refresh || undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
      <dd className={styles.note}>{note}</dd>
      <dd className={styles.age} title={as_of}>{t('situation.asOf', { age: age(as_of, now, 'ago') })}</dd>
    </div>
  );
}

function Figures({ kpi, disposal, now }: { kpi: Schemas['SituationKpi']; disposal: Schemas['SituationDisposal'] | undefined; now: number }) {
  const { t } = useTranslation();
  const compared = (count: number, before: number) => {
    const change = changeOf(count, before);
    return change === undefined ? t('situation.noneBefore') : t('situation.compared', { change: changeText(change) });
  };
  const { ok, never, lagging, silent } = kpi.platforms;
  const centers = ok + never + lagging + silent;
  const closed = disposal?.stages.at(-1)?.count ?? 0;
  const open = disposal ? disposal.notices - disposal.withdrawn - closed : 0;
  const common = { as_of: kpi.as_of, now };
  return (
    <dl className={styles.figures}>
      {kpi.enterprises > 0 && <Figure name={t('situation.enterprises')} value={compactText(kpi.enterprises)} note={t('situation.covered', { count: kpi.enterprises_covered })} {...common} />}
      <Figure name={t('situation.sensors')} value={compactText(kpi.sensors)} note={kpi.sensors_silent > 0 ? t('situation.silent', { count: kpi.sensors_silent }) : t('situation.allHeard')} {...common} />
      <Figure name={t('situation.events')} value={compactText(kpi.events)} note={compared(kpi.events, kpi.events_before)} {...common} />
      <Figure name={t('situation.alerts')} value={compactText(kpi.alerts)} note={compared(kpi.alerts, kpi.alerts_before)} {...common} />
      <Figure name={t('situation.critical')} value={<Severity_ count={kpi.by_severity.critical} />} note={t('situation.high', { count: kpi.by_severity.high })} {...common} />
      {disposal && <Figure name={t('situation.open')} value={compactText(open)} note={disposal.overdue > 0 ? <b>{t('situation.overdue', { count: disposal.overdue })}</b> : t('situation.noneOverdue')} as_of={disposal.as_of} now={now} />}
      {centers > 0 && <Figure name={t('situation.centers')} value={`${ok}/${centers}`} note={silent + lagging > 0 ? t('situation.trouble', { silent, lagging }) : t('situation.allReport')} {...common} />}
    </dl>
  );
}

const Severity_ = ({ count }: { count: number }) => <span className={styles.grave}>{count > 0 && <Severity level={1} word={false} />} {compactText(count)}</span>;

function Funnel({ disposal }: { disposal: Schemas['SituationDisposal'] }) {
  const { t } = useTranslation();
  if (disposal.notices === 0) return <p className={styles.quiet}>{t('situation.noNotices')} <Link to="/notices">{t('nav.notices')}</Link></p>;
  const most = Math.max(1, ...disposal.stages.map((stage) => stage.count));
  return (
    <ol className={styles.funnel}>
      {disposal.stages.map((stage) => (
        <li key={stage.word}>
          <Link to="/notices" search={{ state: stage.word }}>{inLanguage(stage)}</Link>
          <b>{numberText(stage.count)}</b>
          <span className={styles.bar} aria-hidden="true"><span ref={(element) => void element?.style.setProperty('width', `${(stage.count / most) * 100}%`)} /></span>
        </li>
      ))}
    </ol>
  );
}

// `place`: whose situation it is; of an alert of its own nobody needs to be told so.
function Ticker({ alerts, place }: { alerts: readonly Schemas['Event'][]; place: string }) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  if (alerts.length === 0) return <p className={styles.quiet}>{t('situation.nothingGrave')}</p>;
  return (
    <ol className={styles.ticker}>
      {alerts.map((row) => (
        <li key={row.id}>
          <Severity level={severityOf(row.event as Eve)} word={false} />
          <Link to="/alerts" search={{ at: row.id, open: '1', since: 'all' }}>{title(row.event as Eve)}</Link>
          <span className="mono">{clock(row.time, zone).slice(6, 14)}</span>
          {row.organisation !== place && <small><Place path={row.organisation} /></small>}
        </li>
      ))}
    </ol>
  );
}

function Protocols({ top }: { top: Schemas['Top'] }) {
  const { t } = useTranslation();
  const rows = top.rows.filter((row) => row.value !== '');
  if (rows.length === 0) return <p className={styles.quiet}>{t('situation.noProtocols')}</p>;
  return <Bars rows={rows.map((row) => ({ key: row.value, name: protocolLabel(row.value), count: row.count }))} />;
}

function Rules({ top }: { top: Schemas['Top'] }) {
  const { t } = useTranslation();
  const detections = useQuery(detectionsQuery).data;
  if (top.rows.length === 0) return <p className={styles.quiet}>{t('situation.noAlerts')}</p>;
  return <Bars rows={top.rows.map((row) => ({ key: row.value, name: <Link to="/alerts" search={{ sid: row.value }}>{detections?.get(`1:${row.value}`)?.title[language()] || row.label || row.value}</Link>, count: row.count }))} />;
}

function Ranking({ units, search }: { units: readonly Unit[]; search: SituationSearch }) {
  return (
    <Bars rows={units.slice(0, ranked).map((unit) => ({
      key: unit.organisation, count: unit.risk, text: String(unit.risk), name: <Link to="/situation" search={{ ...search, organisation: unit.organisation }}>{nameOf(unit)}</Link>,
    }))} />
  );
}

function Links({ units }: { units: readonly Unit[] }) {
  const { t } = useTranslation();
  const age = useAge();
  const now = useNow(5000);
  const order = ['silent', 'lagging', 'never', 'ok'];
  const with_center = units.filter((unit) => unit.link !== 'none').sort((a, b) => order.indexOf(a.link) - order.indexOf(b.link));
  if (with_center.length === 0) return <p className={styles.quiet}>{t('situation.noCenters')} <Link to="/platforms">{t('nav.platforms')}</Link></p>;
  return (
    <ul className={styles.links}>
      {with_center.slice(0, ranked).map((unit) => (
        <li key={unit.organisation}>
          <span>{nameOf(unit)}</span>
          {unit.link !== 'none' && <LinkState link={unit.link} />}
          <small>{unit.heard ? age(unit.heard, now, 'ago') : '–'}</small>
        </li>
      ))}
    </ul>
  );
}

// Where one stands, and the way back up.
function Path({ place, root, search }: { place: string; root: string; search: SituationSearch }) {
  const { t } = useTranslation();
  const now = useNow();
  const zone = useZone();
  const steps = pathOf(place, root);
  return (
    <header className={styles.path}>
      <nav aria-label={t('situation.place')}>
        {steps.map((step, index) => index === steps.length - 1 ? <b key={step.organisation} aria-current="page"><Place path={step.organisation} alone={step.name} /></b> : (
          <span key={step.organisation}><Link to="/situation" search={{ ...search, organisation: step.organisation }}><Place path={step.organisation} alone={step.name} /></Link> / </span>
        ))}
      </nav>
      {search.kiosk ? <span className="mono">{clock(new Date(now).toISOString(), zone, true).slice(0, 19)}</span> : (
        <Link to="/situation" search={{ ...search, kiosk: '1' }} className="button">{t('situation.wall')}</Link>
      )}
    </header>
  );
}

// Some pixels to and fro, and Esc leads back.
function useWall(kiosk: boolean) {
  const navigate = useNavigate({ from: '/situation' });
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!kiosk) return;
    let moved = 0;
    const timer = setInterval(() => box.current?.style.setProperty('translate', `${++moved % 4}px ${(moved >> 1) % 4}px`), shift_every);
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isTyping(event)) void navigate({ search: (before) => ({ ...before, kiosk: undefined }) });
    };
    window.addEventListener('keydown', leave);
    const element = box.current;
    return () => {
      clearInterval(timer);
      window.removeEventListener('keydown', leave);
      element?.style.removeProperty('translate');
    };
  }, [kiosk, navigate]);
  return box;
}

export function SituationPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { organisation } = search;
  const { tier, organisation: root } = useSuspenseQuery(sessionQuery).data;
  const now = useNow(1000);
  const box = useWall(search.kiosk === '1');
  const kpi = useQuery(kpiQuery(organisation));
  const disposal = useQuery(disposalQuery(organisation));
  const units = useQuery(unitsQuery(organisation));
  const trend = useQuery(trendQuery(organisation));
  const used = useQuery(topQuery(organisation, 'app_proto'));
  const rules = useQuery({ ...topQuery(organisation, 'sid'), enabled: units.data?.units.length === 0 });
  const gravest = useQuery(gravestQuery(organisation));
  const place = kpi.data?.organisation ?? organisation ?? root;
  const below = units.data?.units ?? [];
  const mapped = tier === 'nation' && below.some((unit) => unit.province);
  const map = useQuery({ ...mapQuery, enabled: mapped }).data;
  const pack = mapped ? map : undefined; // known from a place above, too
  const outlines = pack && 'regions' in pack ? pack : undefined;
  const drawn = search.map === '1' ? outlines : undefined;
  const navigate = useNavigate({ from: '/situation' });
  const choose = outlines && (
    <Toggles label={t('situation.mapAs')} chosen={drawn ? 'map' : 'tiles'} choose={() => void navigate({ search: (before) => ({ ...before, map: drawn ? undefined : '1' }) })}
      offered={[{ word: 'tiles', text: t('situation.asTiles') }, { word: 'map', text: t('situation.asMap') }]} />
  );
  if (kpi.error && !kpi.data) return <Failure error={kpi.error} again={() => void cache.invalidateQueries({ queryKey: ['situation'] })} />; // said once for all
  return (
    <div ref={box} className={styles.page} data-kiosk={search.kiosk} tabIndex={0} role="region" aria-label={t('nav.situation')}>
      {place !== '' && <Path place={place} root={root || (kpi.data && !organisation ? kpi.data.organisation : '')} search={search} />}
      <Answered query={kpi}>{(data) => <Figures kpi={data} disposal={disposal.data} now={now} />}</Answered>
      <Card title={t('situation.trend')} className={styles.wide}><Answered query={trend}>{(data) => <Trend stacks={stacksOf(data)} />}</Answered></Card>
      {units.data && below.length === 0 ? (
        <Card title={t('situation.rules')} className={styles.middle}><Answered query={rules}>{(top) => <Rules top={top} />}</Answered></Card>
      ) : (
        <Card title={mapped ? t('situation.map') : t('situation.below')} className={styles.middle} more={<>{units.data && units.data.total > below.length && <small> {t('situation.someOf', { shown: below.length, total: units.data.total })}</small>}{choose}</>}>
          <Answered query={units}>
            {(data) => drawn ? <GeoMap pack={drawn} units={data.units} search={search} /> : mapped ? <TileMap units={data.units} search={search} /> : <TileList units={data.units} search={search} />}
          </Answered>
          {pack && 'fault' in pack && <MapRefused why={pack} />}
          <p className={styles.quiet}>{t('situation.riskIs')}</p>
        </Card>
      )}
      <Card title={t('situation.protocols')}><Answered query={used}>{(data) => <Protocols top={data} />}</Answered></Card>
      {below.length > 0 && <Card title={t('situation.ranking')}><Ranking units={below} search={search} /></Card>}
      <Card title={t('situation.gravest')}><Answered query={gravest}>{(data) => <Ticker alerts={data.alerts} place={place} />}</Answered></Card>
      <Card title={t('situation.disposal')} className={styles.wide}><Answered query={disposal}>{(data) => <Funnel disposal={data} />}</Answered></Card>
      {tier !== 'enterprise' && <Card title={t('situation.centers')}><Links units={below} /></Card>}
    </div>
  );
}
