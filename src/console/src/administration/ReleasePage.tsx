// What leaves for the center above, and what stays: events of the store passed through the policy in force, or through lists on trial.
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '../api/client';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { formStyles as styles, Sample, SearchBox } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Facts, ListPage, Panel, Reading, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { clock } from '../logic/time';
import { numberText } from '../numbers';
import { type ReleaseSearch, releaseRanges } from './search';

const route = getRouteApi('/inside/release');
const most_lines = 1000;
type Line = { timestamp?: string; event_type?: string; src_ip?: string; dest_ip?: string };
type Row = { id: string; line: Line; text: string };

const listOf = (text: string | undefined) => text?.split(/[\s,，]+/).filter((word) => word !== '');

const previewQuery = (body: Schemas['PolicyQuestion']) =>
  queryOptions({
    queryKey: ['release', body],
    queryFn: ({ signal }) => ask(client.POST('/api/v1/policy/preview', { body, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'time' | 'type' | 'ends' | 'line') => ({ name, head: t(`release.${name}`) });
  return [
    { ...head('time'), least: 148, mono: true, cell: (row) => (row.line.timestamp ? clock(row.line.timestamp, zone) : '–') },
    { ...head('type'), least: 110, mono: true, cell: (row) => row.line.event_type ?? '–' },
    { ...head('ends'), least: 220, share: 1, mono: true, cell: (row) => [row.line.src_ip, row.line.dest_ip].filter(Boolean).join(' → ') || '–' },
    { ...head('line'), least: 260, share: 4, mono: true, spare: true, cell: (row) => row.text },
  ];
}

function Held({ title, rows }: { title: string; rows: Schemas['HeldRows'] }) {
  const { t } = useTranslation();
  return (
    <section>
      <h3>{title}</h3>
      {rows.length === 0 ? <p className={styles.quiet}>{t('release.nothingHeld')}</p>
        : <Facts rows={rows.map(({ value, count }) => [numberText(count), <span className="mono">{value}</span>] as const)} />}
    </section>
  );
}

export function ReleasePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/release' });
  const change = useCallback((next: Partial<ReleaseSearch>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const since = search.since ?? '1h';
  const types = listOf(search.types), fields = listOf(search.fields);
  const { data, error, refetch } = useQuery(previewQuery({ since: `-${since}`, limit: most_lines, ...(types && { types }), ...(fields && { fields }) }));
  const rows = useMemo(() => data?.lines.map((line, index): Row => ({ id: String(index + 1), line: line as Line, text: JSON.stringify(line) })), [data]);
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at }), [change]);
  useListKeys(rows, search.at, choose);
  const chosen = rows?.find((row) => row.id === search.at);
  const panel = chosen ? (
    <Panel label={t('release.one')} head={<b>{t('release.one')}</b>} close={() => choose(undefined)}>
      <Sample wrapped>{JSON.stringify(chosen.line, null, 2)}</Sample>
    </Panel>
  ) : data && search.stays && (
    <Panel label={t('release.stays')} head={<b>{t('release.stays')}</b>} close={() => change({ stays: undefined })}>
      <p>{t('release.staysText')}</p>
      <Held title={t('release.heldTypes')} rows={data.held_types} />
      <Held title={t('release.heldFields')} rows={data.held_fields} />
    </Panel>
  );
  return (
    <ListPage panel={panel} foot={data && `${t('release.shown', { count: data.lines.length, looked: data.looked })}${data.more ? ` · ${t('release.more')}` : ''} · ${t(types || fields ? 'release.onTrial' : 'release.inForce')}`} bar={(
      <>
        <Toggles label={t('audit.range')} chosen={since} choose={(next) => change({ since: next as ReleaseSearch['since'] })} offered={releaseRanges.map((word) => ({ word, text: t(`range.${word}`) }))} />
        <SearchBox first label={t('release.types')} text={search.types} change={(next) => change({ types: next, at: undefined })} />
        <SearchBox label={t('release.fields')} text={search.fields} change={(next) => change({ fields: next, at: undefined })} />
        <button type="button" className="button" aria-pressed={!!search.stays} onClick={() => change({ stays: search.stays ? undefined : '1', at: undefined })}>{t('release.stays')}</button>
      </>
    )}>
      {error ? (
        <Failure error={error} again={() => void refetch()} />
      ) : !rows ? (
        <Reading />
      ) : rows.length === 0 ? (
        <Empty title={t('release.emptyTitle')}>
          <p>{data!.looked === 0 ? t('release.emptyNone') : t('release.emptyHeld')}</p>
        </Empty>
      ) : (
        <Grid rows={rows} columns={columns} beside={!!panel} label={t('release.list')} at={search.at} choose={choose} />
      )}
    </ListPage>
  );
}
