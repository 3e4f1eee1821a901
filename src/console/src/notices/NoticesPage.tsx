// Notices (通报): what is asked of whom, until when, and how far it is.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { type Notice, type NoticeFilter, noticesQuery, overviewQuery } from '../api/notices';
import { inLanguage } from '../api/words';
import { type Column, Grid } from '../frame/Grid';
import { CloseIcon } from '../frame/icons';
import { Listed } from '../frame/Listed';
import { ListPage, useListKeys } from '../frame/Panel';
import { Place } from '../frame/Place';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useNow } from '../frame/useNow';
import { levelOf } from '../logic/notices';
import { toMinute } from '../logic/time';
import { Deadline } from './Deadline';
import { NoticeDetail } from './NoticeDetail';
import { NoticeForm } from './NoticeForm';
import type { NoticeSearch } from './search';

const route = getRouteApi('/inside/notices');

function useColumns(): Column<Notice>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const now = useNow(60_000);
  const head = (name: 'severity' | 'number' | 'title' | 'state' | 'organisation' | 'deadline' | 'changed') => ({ name, head: t(`notices.${name}`) });
  return [
    { ...head('severity'), least: 90, cell: (row) => <Severity level={levelOf(row.severity)} /> },
    { ...head('title'), least: 220, share: 3, cell: (row) => row.title, tip: (row) => row.title },
    { ...head('state'), least: 124, cell: (row) => inLanguage(row.state) },
    { ...head('deadline'), least: 150, cell: (row) => <Deadline notice={row} now={now} /> },
    { ...head('organisation'), least: 130, share: 1, cell: (row) => <Place path={row.organisation} />, tip: (row) => row.organisation },
    { ...head('number'), least: 150, share: 1, mono: true, spare: true, cell: (row) => row.number || '–', tip: (row) => row.number },
    { ...head('changed'), least: 140, mono: true, spare: true, cell: (row) => toMinute(row.changed, zone), tip: (row) => row.changed },
  ];
}

export function NoticesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/notices' });
  const change = useCallback((next: Partial<NoticeSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const overview = useQuery(overviewQuery);
  const filter: NoticeFilter = { state: search.state as NoticeFilter['state'], kind: search.kind as NoticeFilter['kind'], organisation: search.organisation, ...(search.overdue && { overdue: true }) };
  const list = useInfiniteQuery(noticesQuery(filter));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.notices), [list.data]);
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at, edit: undefined, evidence: undefined }, true), [change]);
  useListKeys(rows, search.at, choose);
  const write = () => change({ at: undefined, edit: '1', evidence: undefined });
  const words = overview.data;
  const filtered = !!(search.state || search.kind || search.overdue || search.organisation);
  const error = !rows && list.error || overview.error;
  const bar = words && (
    <>
      <Toggles label={t('notices.state')} chosen={search.state} choose={(state) => change({ state })}
        offered={words.states.map((row) => ({ word: row.word, text: inLanguage(row), count: row.count }))} />
      <Toggles label={t('notices.kind')} chosen={search.kind} choose={(kind) => change({ kind })}
        offered={words.kinds.map((row) => ({ word: row.word, text: inLanguage(row), count: row.count }))} />
      <Toggles label={t('notices.deadline')} chosen={search.overdue} choose={(overdue) => change({ overdue: overdue ? '1' : undefined })}
        offered={[{ word: '1', text: t('notices.overdue'), count: words.overdue }]} />
      {search.organisation && (
        <button type="button" className="button" aria-label={t('filter.remove', { what: search.organisation })} onClick={() => change({ organisation: undefined })}>
          {search.organisation} <CloseIcon size={10} />
        </button>
      )}
      {words.may_draft && <button type="button" className="button primary" onClick={write}>{t('notices.write')}</button>}
    </>
  );
  const panel = search.edit ? (
    <NoticeForm key={search.at ?? 'new'} id={search.at} evidence={search.evidence?.split(',') ?? []} kinds={words?.kinds ?? []}
      saved={(at) => change({ at, edit: undefined, evidence: undefined }, true)} close={() => change({ edit: undefined, evidence: undefined }, true)} />
  ) : search.at ? (
    <NoticeDetail key={search.at} id={search.at} close={() => choose(undefined)} edit={() => change({ edit: '1' })} />
  ) : undefined;
  return (
    <ListPage bar={bar} panel={panel} foot={rows && `${t('notices.shown', { count: rows.length })}${list.hasNextPage ? ` · ${t('alerts.more')}` : ''}`}>
      <Listed error={error} again={list.refetch} rows={rows} title={t('notices.emptyTitle')} text={t(filtered ? 'notices.emptyFiltered' : 'notices.emptyNone')}
        clear={filtered && (() => change({ state: undefined, kind: undefined, overdue: undefined, organisation: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('notices.list')} at={search.at} pages={list} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
