// Baseline: where the plant left its habits, what its sensors learned, what people said of it, and what was announced. The center
// is told all of it; it is changed on the sensor's host.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitle } from '../alerts/useTitle';
import { deviationsQuery, kindsQuery, type Told, toldQuery } from '../api/baseline';
import type { AlertGroup } from '../api/client';
import { detectionsQuery } from '../api/session';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { CopyText, formStyles as styles } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { ListPage, Reading, useListKeys } from '../frame/Panel';
import { Toggles } from '../frame/Toggles';
import type { Pages } from '../frame/useRows';
import { language } from '../i18n';
import type { Eve } from '../logic/eve';
import { deviationKinds, usual_file } from '../logic/habit';
import { numberText } from '../numbers';
import { DeviationPanel, useDeviationColumns } from './Deviations';
import { Learned } from './Learned';
import { ToldPanel, useAnnouncedColumns, useOrderColumns } from './Orders';
import { type BaselineSearch, ranges, shows } from './search';

const route = getRouteApi('/inside/baseline');
type Change = (next: Partial<BaselineSearch>, replace?: boolean) => void;
type ToldShow = Exclude<(typeof shows)[number], 'learned'>;
interface Listed<T> {
  rows: readonly T[] | undefined;
  error: unknown;
  again: () => void;
  pages: Pages;
}

function List<T extends { id: string }>({ listed, columns, label, beside, at, choose, word }: {
  listed: Listed<T>;
  columns: readonly Column<T>[];
  label: string;
  beside: boolean;
  at: string | undefined;
  choose: (id: string) => void;
  word: ToldShow;
}) {
  const { t } = useTranslation();
  const { rows, error } = listed;
  if (error && !rows) return <Failure error={error} again={listed.again} />;
  if (!rows) return <Reading />;
  if (rows.length > 0) return <Grid rows={rows} columns={columns} beside={beside} label={label} at={at} pages={listed.pages} choose={choose} />;
  return (
    <Empty title={t(`baseline.empty.${word}`)}>
      <p>{t(`baseline.emptyText.${word}`)}</p>
      <CopyText text={{ deviations: `langyan baseline show ${usual_file}`, orders: `langyan baseline diff ${usual_file}`, announced: 'baseline.maintenance: windows.yaml' }[word]} label={t('baseline.command')} />
    </Empty>
  );
}

// The kinds of deviations there are, by the catalogue that sensors delivered, each with how many alerts.
function useKinds(from: string) {
  const catalogue = useQuery(detectionsQuery);
  const kinds = useMemo(() => deviationKinds(catalogue.data), [catalogue.data]);
  const sids = useMemo(() => kinds.map((row) => row.sid), [kinds]);
  const counted = useQuery(kindsQuery(sids, from)).data;
  const offered = kinds.flatMap((row) => {
    const count = counted?.rows.find(({ value }) => value === String(row.sid))?.count ?? 0;
    return count > 0 ? [{ word: String(row.sid), text: row.title[language()], count }] : [];
  });
  return { sids, offered, total: counted?.total, ready: catalogue.data !== undefined, error: catalogue.error };
}

export function BaselinePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/baseline' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const show = search.show ?? 'deviations';
  const shown = (
    <Toggles label={t('baseline.what')} chosen={show} choose={(next) => void navigate({ search: (before) => ({ ...(before.since && { since: before.since }), show: (next ?? show) as BaselineSearch['show'] }) })}
      offered={shows.map((word) => ({ word, text: t(`baseline.shows.${word}`) }))} />
  );
  return show === 'learned' ? <Learned search={search} change={change} shows={shown} /> : <Events search={search} change={change} show={show} shows={shown} />;
}

// What came of habits: lists of events.
function Events({ search, change, show, shows }: { search: BaselineSearch; change: Change; show: ToldShow; shows: ReactNode }) {
  const { t } = useTranslation();
  const from = `-${search.since ?? '7d'}`;
  const kinds = useKinds(from);
  const title = useTitle();
  const groups = useInfiniteQuery(deviationsQuery(search.kind ? [Number(search.kind)] : kinds.sids, from));
  const told = useInfiniteQuery({ ...toldQuery(show === 'announced' ? 'maintenance' : 'order', from), enabled: show !== 'deviations' });
  const deviations = useMemo(() => (kinds.ready && kinds.sids.length === 0 ? [] : groups.data?.pages.flatMap((page) => page.groups)), [groups.data, kinds.ready, kinds.sids.length]);
  const events = useMemo(() => told.data?.pages.flatMap((page) => page.events), [told.data]);
  const rows: readonly { id: string }[] | undefined = show === 'deviations' ? deviations : events;
  const columns = { deviations: useDeviationColumns(title), orders: useOrderColumns(), announced: useAnnouncedColumns() };
  const choose = useCallback((at: string | undefined) => change({ at }, true), [change]);
  useListKeys(rows, search.at, choose);
  const chosen = rows?.find((row) => row.id === search.at);
  const close = () => choose(undefined);
  const panel = chosen && (show === 'deviations'
    ? <DeviationPanel key={chosen.id} group={chosen as AlertGroup} title={title((chosen as AlertGroup).newest.event as Eve)} close={close} />
    : <ToldPanel key={chosen.id} row={chosen as Told} close={close} />);
  const shared = { label: t(`baseline.shows.${show}`), beside: !!panel, at: search.at, choose, word: show };
  return (
    <ListPage panel={panel} foot={rows && t(`baseline.shown.${show}`, { count: rows.length })} bar={(
      <>
        {shows}
        <Toggles label={t('audit.range')} chosen={search.since ?? '7d'} choose={(since) => change({ since: since as BaselineSearch['since'] })} offered={ranges.map((word) => ({ word, text: t(`range.${word}`) }))} />
        {show === 'deviations' && kinds.offered.length > 0 && (
          <select className={styles.search} aria-label={t('baseline.kind')} value={search.kind ?? ''} onChange={(event) => change({ kind: event.target.value || undefined, at: undefined })}>
            <option value="">{t('baseline.anyKind')}</option>
            {kinds.offered.map(({ word, text, count }) => <option key={word} value={word}>{`${text} (${numberText(count)})`}</option>)}
          </select>
        )}
      </>
    )}>
      {show === 'deviations' ? (
        <List listed={{ rows: deviations, error: groups.error ?? kinds.error, again: () => void groups.refetch(), pages: groups }} columns={columns.deviations} {...shared} />
      ) : (
        <List listed={{ rows: events, error: told.error, again: () => void told.refetch(), pages: told }} columns={columns[show]} {...shared} />
      )}
    </ListPage>
  );
}
