// Hunt: a query, what it finds over time and in rows, groups or charts. Everything is in the URL.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { TimeRange } from '../alerts/FilterBar';
import type { Schemas } from '../api/client';
import { checkQuery, eventsQuery, groupsQuery, histogramQuery } from '../api/hunt';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { CloseIcon } from '../frame/icons';
import { isTyping } from '../frame/keys';
import { useNarrow } from '../frame/Values';
import { language } from '../i18n';
import { boundsOf } from '../logic/filters';
import { type Asked, chipsOf, narrowed, split } from '../logic/query';
import { numberText } from '../numbers';
import { EventPanel } from './EventPanel';
import { EventTable } from './EventTable';
import { FieldStats } from './FieldStats';
import { Groups } from './Groups';
import styles from './HuntPage.module.css';
import { QueryBox } from './QueryBox';
import { columnsOf, type HuntSearch, huntRanges } from './search';
import { type Bars, Strip } from './Strip';
import { ViewTools } from './ViewTools';

const route = getRouteApi('/inside/hunt');
const settle = 250; // milliseconds after the last key, before the center is asked

function barsOf(counts: Schemas['Counts'], series: number[]): Bars {
  return { from: Date.parse(counts.from), bucket: counts.bucket_seconds * 1000, counts: series };
}

const added = (counts: Schemas['Counts']): number[] =>
  counts.series.reduce<number[]>((sum, one) => one.counts.map((count, index) => count + (sum[index] ?? 0)), []);

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settle);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Faults({ faults }: { faults: readonly Schemas['QueryFault'][] }) {
  return (
    <div className={styles.faults} role="alert">
      <ul>
        {faults.map((fault) => (
          <li key={`${fault.start} ${fault.code}`}>
            {language() === 'zh' ? `${fault.message_zh} ${fault.advice_zh}` : `${fault.message} ${fault.advice}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Chart({ counts, choose }: { counts: Schemas['Counts']; choose: (from: string, to: string) => void }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...counts.series.flatMap((series) => series.counts));
  return (
    <div className={styles.chart} tabIndex={0} role="region" aria-label={t('hunt.chart')}>
      {counts.series.map((series) => (
        <div key={series.value} className={styles.series}>
          <span>{series.label ?? (series.value || t('hunt.all'))}</span>
          <Strip bars={barsOf(counts, series.counts)} most={most} choose={choose} tall label={`${series.label ?? series.value}: ${series.total}`} />
          <span className={styles.total}>{numberText(series.total)}</span>
        </div>
      ))}
    </div>
  );
}

function Histogram({ asked, choose }: { asked: Asked; choose: (from: string, to: string) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...histogramQuery(asked, true), placeholderData: keepPreviousData });
  if (!data) return <div className={styles.histogram} />;
  const counts = added(data);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <div className={styles.histogram}>
      <Strip bars={barsOf(data, counts)} most={Math.max(1, ...counts)} choose={choose} tall label={t('hunt.overTime', { count: total })} />
    </div>
  );
}

function Events({ asked, search, change }: { asked: Asked; search: HuntSearch; change: (next: Partial<HuntSearch>, replace?: boolean) => void }) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(eventsQuery(asked, true));
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.events), [found.data]);
  const columns = columnsOf(search);
  const step = (by: number) => {
    const at = rows?.findIndex((row) => row.id === search.at) ?? -1;
    const next = rows?.[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) change({ at: next.id }, true);
  };
  useEffect(() =>
    tinykeys(window, {
      j: (event) => void (isTyping(event) || step(1)),
      k: (event) => void (isTyping(event) || step(-1)),
      Escape: (event) => void (isTyping(event) || change({ at: undefined }, true)),
    }));
  if (found.error && !rows) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (!rows) return <p className={styles.note} role="status">{t('alerts.loading')}</p>;
  const row = rows.find((one) => one.id === search.at);
  return (
    <>
      <FieldStats asked={{ ...asked, query: split(asked.query).filter }} columns={columns} change={(next) => change({ cols: next.join(',') }, true)} />
      {rows.length === 0 ? (
        <Empty title={t('hunt.emptyTitle')}>
          <p>{t('hunt.emptyText')}</p>
        </Empty>
      ) : (
        <div className={styles.events}>
          <EventTable rows={rows} columns={columns} at={search.at} pages={found} choose={(id) => change({ at: id }, true)} />
          <p className={styles.foot} role="status">
            {t('hunt.shown', { count: rows.length })}
            {found.hasNextPage && ` · ${t('alerts.more')}`}
          </p>
        </div>
      )}
      {row && <EventPanel row={row} columns={columns} asColumns={(next) => change({ cols: next.join(',') }, true)} close={() => change({ at: undefined }, true)} />}
    </>
  );
}

function Grouped({ asked }: { asked: Asked }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(groupsQuery(asked));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  return data ? <Groups answer={data} /> : <p className={styles.note} role="status">{t('alerts.loading')}</p>;
}

function Charted({ asked, choose }: { asked: Asked; choose: (from: string, to: string) => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(histogramQuery(asked, true));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  return data ? <Chart counts={data} choose={choose} /> : <p className={styles.note} role="status">{t('alerts.loading')}</p>;
}

export function HuntPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/hunt' });
  const query = search.q ?? '';
  const [typed, setTyped] = useState(query);
  useEffect(() => setTyped(query), [query]);
  const bounds = boundsOf(search);
  const asked: Asked = { query, ...bounds };
  const change = useCallback(
    (next: Partial<HuntSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }),
    [navigate],
  );
  const submit = (text: string) => change({ q: text.trim() || undefined, at: undefined });
  const choose = useCallback((from: string, to: string) => change({ from, to, since: undefined }), [change]);
  useNarrow((way, field, value) => {
    submit(narrowed(query, way, field, value));
    return true;
  });
  const written = useQuery(checkQuery({ query: useSettled(typed), ...bounds }));
  const check = useQuery({ ...checkQuery(asked), placeholderData: undefined });
  const faults = typed === query ? (check.data?.faults ?? []) : (written.data?.faults ?? []);
  const chips = check.data ? chipsOf(query, check.data.terms) : [];
  const shape = check.data?.ok ? check.data.shape : undefined;
  useEffect(
    () =>
      tinykeys(window, {
        '/': (event) => {
          if (isTyping(event)) return;
          event.preventDefault();
          document.querySelector('[data-query-box]')?.shadowRoot?.querySelector<HTMLElement>('.cm-content')?.focus();
        },
      }),
    [],
  );
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <QueryBox value={query} faults={faults} submit={submit} change={setTyped} />
        <button type="button" className="button primary" onClick={() => submit(typed)}>{t('hunt.go')}</button>
        <TimeRange search={search} change={change} offered={huntRanges} />
        <ViewTools asked={asked} shape={shape} />
      </div>
      {faults.length > 0 && <Faults faults={faults} />}
      {chips.length > 0 && (
        <ul className={styles.chips} aria-label={t('hunt.terms')}>
          {chips.map((chip, index) => (
            <li key={index}>
              <code className="mono">{chip.text}</code>
              <button type="button" aria-label={t('filter.remove', { what: chip.text })} onClick={() => submit(chip.without)}><CloseIcon size={10} /></button>
            </li>
          ))}
        </ul>
      )}
      {check.error && <Failure error={check.error} again={() => void check.refetch()} />}
      {shape && shape !== 'chart' && <Histogram asked={{ ...asked, query: split(query).filter }} choose={choose} />}
      <div className={styles.results}>
        {shape === 'events' && <Events asked={asked} search={search} change={change} />}
        {shape === 'groups' && <Grouped asked={asked} />}
        {shape === 'chart' && <Charted asked={asked} choose={choose} />}
      </div>
    </div>
  );
}
