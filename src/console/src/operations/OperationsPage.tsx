// Operations: who does what to which controller, over all protocols. A cell of the matrix is a pair; its
// objects, the value of one over time and the log stand below. All of it is in the URL.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { TimeRange } from '../alerts/FilterBar';
import { Severity } from '../alerts/Severity';
import { type Asset, lanesQuery } from '../api/assets';
import { eventsQuery, groupsQuery } from '../api/hunt';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { useMay } from '../frame/usePages';
import { Value } from '../frame/Values';
import { EventTable } from '../hunt/EventTable';
import { figureText } from '../hunt/Groups';
import { huntRanges } from '../hunt/search';
import { levelOf } from '../logic/eve';
import { boundsOf } from '../logic/filters';
import { alertedQuery, bandRange, classQuery, matrixOf, type Pair, pointsOf, type VerbClass, verbClasses } from '../logic/operations';
import { cellText, type Asked, termOf } from '../logic/query';
import { numberText } from '../numbers';
import styles from './OperationsPage.module.css';
import type { OperationsSearch } from './search';
import { ValueChart } from './ValueChart';

const route = getRouteApi('/inside/operations');
const columns = ['src', 'dst', 'protocol', 'verb', 'object', 'value', 'result'];
type Change = (next: Partial<OperationsSearch>) => void;

// The address, and what the inventory calls who has it.
function End({ field, address, hosts }: { field: 'src' | 'dst'; address: string; hosts: readonly Asset[] | undefined }) {
  const host = hosts?.find(({ ips }) => ips.includes(address));
  return <><Value field={field} value={address} />{host?.name && <small>{host.name}</small>}</>;
}

function Matrix({ kind, asked, pair, change }: { kind: VerbClass; asked: Asked; pair: Pair | undefined; change: Change }) {
  const { t } = useTranslation();
  const hosts = useQuery({ ...lanesQuery({}), enabled: useMay()('get_assets'), refetchInterval: false }).data?.assets;
  const alerted = useQuery({ ...groupsQuery({ ...asked, query: alertedQuery(kind) }), placeholderData: keepPreviousData }).data?.rows;
  const { data, error, refetch } = useQuery({ ...groupsQuery({ ...asked, query: `${asked.query} | groupby src dst | head 2000` }), placeholderData: keepPreviousData });
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <p className={styles.note} role="status">{t('alerts.loading')}</p>;
  const { writers, controllers, count, alerts } = matrixOf(data.rows, alerted);
  if (writers.length === 0) {
    return (
      <Empty title={t('operations.emptyTitle')}>
        <p>{t('operations.emptyText')}</p>
      </Empty>
    );
  }
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('operations.matrix')}>
      <table className={styles.matrix}>
        <caption className="hidden">{t('operations.matrix')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('operations.corner')}</th>
            {controllers.map((address) => <th key={address} scope="col"><End field="dst" address={address} hosts={hosts} /></th>)}
          </tr>
        </thead>
        <tbody>
          {writers.map((src) => (
            <tr key={src}>
              <th scope="row"><End field="src" address={src} hosts={hosts} /></th>
              {controllers.map((dst) => {
                const n = count(src, dst);
                if (n === 0) return <td key={dst} />;
                const here = pair?.src === src && pair.dst === dst;
                const alarm = alerts(src, dst);
                const told = [t('operations.cell', { src, dst, count: n }), alarm && t('alerts.shown', { count: alarm.count })].filter(Boolean).join(', ');
                return (
                  <td key={dst}>
                    <button type="button" aria-pressed={here} aria-label={told} title={told}
                      onClick={() => change(here ? { src: undefined, dst: undefined, object: undefined } : { src, dst, object: undefined })}>
                      {alarm && <Severity level={levelOf(alarm.worst)} word={false} />}
                      {numberText(n)}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Objects({ asked, object, change }: { asked: Asked; object: string | undefined; change: Change }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(groupsQuery({ ...asked, query: `${asked.query} obj:* | stats count min(value) max(value) by obj | head 200` }));
  if (error) return <Failure error={error} />;
  return (
    <div className={styles.objects} tabIndex={0} role="region" aria-label={t('operations.objects')}>
      <table>
        <thead>
          <tr>{(['object', 'count', 'least', 'most'] as const).map((name) => <th key={name} scope="col">{t(`operations.${name}`)}</th>)}</tr>
        </thead>
        <tbody>
          {data?.rows.map(([name, count, least, most]) => (
            <tr key={cellText(name)}>
              <td>
                <button type="button" className="button plain" aria-pressed={object === name} onClick={() => change({ object: object === name ? undefined : cellText(name) })}>
                  {cellText(name)}
                </button>
              </td>
              <td>{figureText(count)}</td>
              <td>{figureText(least)}</td>
              <td>{figureText(most)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Values({ asked, object }: { asked: Asked; object: string }) {
  const { t } = useTranslation();
  const query = `${asked.query} ${termOf('obj', object)}`;
  const found = useInfiniteQuery(eventsQuery({ ...asked, query }, true));
  const points = pointsOf(found.data?.pages.flatMap((page) => page.events) ?? []);
  const first = points[0]?.time ?? Date.now();
  const band = useQuery(groupsQuery({ query: `${query} | stats count min(value) max(value)`, ...bandRange(first) }, points.length > 0));
  const [count, least, most] = band.data?.rows[0] ?? [];
  const usual = typeof least === 'number' && typeof most === 'number' ? { least, most, count: Number(count) } : undefined;
  return (
    <section className={styles.values}>
      <h2>{t('operations.over', { object })}</h2>
      {points.length > 0 ? <ValueChart points={points} usual={usual} object={object} /> : found.data && <p className={styles.note}>{t('operations.noNumbers')}</p>}
      <p className={styles.quiet}>{usual ? t('operations.band', usual) : t('operations.noBand')}</p>
    </section>
  );
}

function Log({ asked, at, change }: { asked: Asked; at: string | undefined; change: Change }) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(eventsQuery(asked, true));
  const rows = found.data?.pages.flatMap((page) => page.events);
  if (found.error && !rows) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (!rows) return <p className={styles.note} role="status">{t('alerts.loading')}</p>;
  return <EventTable rows={rows} columns={columns} at={at} pages={found} choose={(id) => change({ at: id })} />;
}

export function OperationsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/operations' });
  const change: Change = (next) => void navigate({ search: (before) => ({ ...before, ...next }) });
  const kind = search.kind ?? 'write';
  const asked: Asked = { query: classQuery(kind), ...boundsOf(search) };
  const pair = search.src && search.dst ? { src: search.src, dst: search.dst } : undefined;
  const paired: Asked = { ...asked, query: pair ? `${asked.query} ${termOf('src', pair.src)} ${termOf('dst', pair.dst)}` : asked.query };
  const logged: Asked = { ...paired, query: search.object ? `${paired.query} ${termOf('obj', search.object)}` : paired.query };
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <div className={styles.kinds} role="group" aria-label={t('operations.kind')}>
          {verbClasses.map((name) => (
            <button key={name} type="button" className="button" aria-pressed={kind === name}
              onClick={() => change({ kind: name === 'write' ? undefined : name, src: undefined, dst: undefined, object: undefined })}>
              {t(`operations.kinds.${name}`)}
            </button>
          ))}
        </div>
        <TimeRange search={search} change={change} offered={huntRanges} />
        <Link to="/hunt" search={{ q: logged.query, since: search.since, from: search.from, to: search.to }}>{t('values.hunt')}</Link>
      </div>
      <div className={styles.upper} data-pair={!!pair}>
        <Matrix kind={kind} asked={asked} pair={pair} change={change} />
        {pair && <Objects asked={paired} object={search.object} change={change} />}
      </div>
      {search.object && pair && <Values asked={paired} object={search.object} />}
      <div className={styles.log}><Log asked={logged} at={search.at} change={change} /></div>
    </div>
  );
}
