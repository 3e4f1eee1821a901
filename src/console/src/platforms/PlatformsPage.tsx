// Lower centers, those in trouble first: whether they are heard, how far behind they are, what they let up.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link as To, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { Sample } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Place } from '../frame/Place';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useAge } from '../frame/useAge';
import { useNow } from '../frame/useNow';
import { beatOf, byLink, lagOf, links, type Platform } from '../logic/platforms';
import { ageOf, clock } from '../logic/time';
import { compactText, sizeText } from '../numbers';
import { LinkState } from './LinkState';
import styles from './platforms.module.css';
import type { PlatformSearch } from './search';

const route = getRouteApi('/inside/platforms');
type Row = Platform & { id: string };

export const platformsQuery = queryOptions({ queryKey: ['platforms'], queryFn: () => ask(client.GET('/api/v1/platforms')), refetchInterval: 15_000 });

const count = (value: number | undefined) => (value === undefined ? '–' : compactText(value));
const bytes = (value: number | undefined) => (value === undefined ? '–' : sizeText(value));

function useLasting(): (seconds: number | undefined) => string {
  const { t } = useTranslation();
  return (seconds) => {
    if (seconds === undefined) return '–';
    const { n, unit } = ageOf(seconds);
    return t(`lasting.${unit}`, { n });
  };
}

function useColumns(now: number): Column<Row>[] {
  const { t } = useTranslation();
  const lasting = useLasting();
  const age = useAge();
  const head = (name: 'name' | 'organisation' | 'link' | 'lag' | 'heard' | 'version' | 'sensors' | 'alerts' | 'lets') => ({ name, head: t(`platforms.${name}`) });
  const sensors = ({ sensors: all, sensors_silent: silent }: ReturnType<typeof beatOf>) => (all === undefined ? '–' : silent ? t('platforms.someSilent', { all, silent }) : String(all));
  const lets = (row: Row) => beatOf(row).release?.types.join(', ') ?? '–';
  return [
    { ...head('link'), least: 118, cell: (row) => <LinkState link={row.link} /> },
    { ...head('name'), least: 120, share: 1, cell: (row) => <b>{row.name}</b>, tip: (row) => row.name },
    { ...head('organisation'), least: 120, share: 1, cell: (row) => <Place path={row.organisation} />, tip: (row) => row.organisation },
    { ...head('lag'), least: 84, cell: (row) => lasting(lagOf(row)) },
    { ...head('heard'), least: 104, cell: (row) => (row.last_heard ? age(row.last_heard, now, 'ago') : '–'), tip: (row) => row.last_heard ?? undefined },
    { ...head('version'), least: 84, mono: true, cell: (row) => beatOf(row).version ?? '–' },
    { ...head('sensors'), least: 120, cell: (row) => sensors(beatOf(row)) },
    { ...head('alerts'), least: 84, spare: true, cell: (row) => count(beatOf(row).alerts) },
    { ...head('lets'), least: 160, share: 2, mono: true, spare: true, cell: lets, tip: lets },
  ];
}

function Detail({ row, close }: { row: Row; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const lasting = useLasting();
  const beat = beatOf(row);
  return (
    <Panel label={t('platforms.detail')} head={<LinkState link={row.link} />} close={close}>
      <h2>{row.name}</h2>
      {row.link === 'silent' && <p>{t('platforms.silentText')}</p>}
      {row.link === 'never' && <p>{t('platforms.neverText')}</p>}
      <p><To className="button" to="/alerts" search={{ organisation: row.organisation }}>{t('platforms.itsAlerts')}</To></p>
      <Facts rows={[
        [t('platforms.organisation'), <><Place path={row.organisation} alone="" /> <span className="mono">{row.organisation}</span></>],
        ...(row.via ? [[t('platforms.via'), row.via] as const] : []),
        [t('platforms.heard'), row.last_heard ? <span className="mono">{clock(row.last_heard, zone, true)}</span> : '–'],
        [t('platforms.lagAlerts'), lasting(beat.behind?.alert)],
        [t('platforms.lagRest'), lasting(beat.behind?.bulk)],
        [t('platforms.version'), <span className="mono">{beat.version ?? '–'}</span>],
        [t('platforms.uptime'), lasting(beat.uptime)],
        [t('platforms.sensors'), beat.sensors === undefined ? '–' : t('platforms.someSilent', { all: beat.sensors, silent: beat.sensors_silent ?? 0 })],
        [t('platforms.events'), count(beat.events)],
        [t('platforms.alerts'), count(beat.alerts)],
        [t('platforms.store'), t('platforms.storeFree', { used: bytes(beat.store_bytes), free: bytes(beat.free_bytes) })],
        ...(beat.quarantined ? [[t('platforms.quarantined'), beat.quarantined] as const] : []),
        ...(row.direct ? [[t('platforms.received'), t('platforms.receivedOf', { alert: count(row.received.alert ?? 0), bulk: count(row.received.bulk ?? 0) })] as const] : []),
      ]} />
      <section>
        <h3>{t('platforms.lets')}</h3>
        {beat.release ? (
          <>
            <ul className={styles.types}>{beat.release.types.map((type) => <li key={type} className="mono">{type}</li>)}</ul>
            <p className={styles.quiet}>{t('platforms.fields', { count: beat.release.fields })}</p>
          </>
        ) : (
          <p className={styles.quiet}>{t('platforms.noPolicy')}</p>
        )}
      </section>
    </Panel>
  );
}

export function PlatformsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/platforms' });
  const change = (next: Partial<PlatformSearch>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const now = useNow(5000);
  const { data, error, refetch } = useQuery(platformsQuery);
  const all = useMemo(() => byLink(data?.platforms ?? []).map((one): Row => ({ ...one, id: `${one.organisation}/${one.name}` })), [data]);
  const rows = all.filter((row) => !search.link || row.link === search.link);
  const columns = useColumns(now);
  useListKeys(rows, search.at, (at) => change({ at }));
  const chosen = all.find((row) => row.id === search.at);
  const panel = chosen && <Detail row={chosen} close={() => change({ at: undefined })} />;
  const offered = links.map((link) => ({ word: link, text: t(`platforms.links.${link}`), count: all.filter((row) => row.link === link).length }));
  return (
    <ListPage panel={panel} foot={data && t('platforms.shown', { count: rows.length })}
      bar={all.length > 0 && <Toggles label={t('platforms.link')} offered={offered} chosen={search.link} choose={(link) => change({ link: link as PlatformSearch['link'] })} />}>
      <Listed error={!data && error} again={refetch} rows={data && rows} title={t(all.length === 0 ? 'platforms.emptyTitle' : 'platforms.noneSo')} text={all.length === 0 && t('platforms.emptyText')}
        more={all.length === 0 && (
          <Sample>{`langyan token add --data DIR --role ingest --relay --source NAME --organisation cn/js > up.token
langyan-center --set center.name=NAME --set uplink.url=${location.origin} --set uplink.token_file=up.token`}</Sample>
        )} clear={all.length > 0 && (() => change({ link: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('platforms.list')} at={search.at} choose={(at) => change({ at })} />}
      </Listed>
    </ListPage>
  );
}
