import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { alertsQuery, newestAlerts } from '../api/alerts';
import type { AlertRow } from '../api/client';
import { cache, sessionQuery } from '../api/session';
import { listen } from '../api/stream';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { UpIcon } from '../frame/icons';
import { isTyping } from '../frame/keys';
import { useNarrow } from '../frame/Values';
import { type AlertSearch, filterName, filterNames, filtersOf, hasFilters, queryOf, withValue } from '../logic/filters';
import { mainRole, mayJudge } from '../logic/roles';
import { AlertDetail } from './AlertDetail';
import { AlertList } from './AlertList';
import styles from './AlertsPage.module.css';
import { FilterBar } from './FilterBar';
import { useActions } from './useActions';

const route = getRouteApi('/inside/alerts');
const most_counted = 200; // a page of the center's answer
const look_again = 400; // milliseconds after a message, so that a burst asks once

// How many alerts the center has that the list does not show, asked when the feed says that some came.
function useFresh(search: AlertSearch, rows: AlertRow[] | undefined): number {
  const [fresh, setFresh] = useState(0);
  const shown = useRef<Set<string>>(new Set());
  shown.current = useMemo(() => new Set(rows?.map((row) => row.id)), [rows]);
  const key = JSON.stringify(queryOf(search));
  useEffect(() => setFresh(0), [key, rows?.[0]?.id]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const count = async () => {
      timer = undefined;
      const page = await newestAlerts(search).catch(() => undefined);
      if (!page || gone) return;
      setFresh(page.alerts.filter((row) => !shown.current.has(row.id)).length);
    };
    const stop = listen((message) => {
      if (message.kind !== 'alerts' && message.kind !== 'again') return;
      timer ??= setTimeout(() => void count(), look_again);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
      stop();
    };
    // `search` is what `key` says
  }, [key]);
  return fresh;
}

export function AlertsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/alerts' });
  const box = useRef<HTMLInputElement>(null);
  const comment = useRef<HTMLTextAreaElement | null>(null);
  const wantsComment = useRef(false);
  const commentBox = useCallback((element: HTMLTextAreaElement | null) => {
    comment.current = element;
    if (element && wantsComment.current) element.focus();
    if (element) wantsComment.current = false;
  }, []);
  const { data: session } = useSuspenseQuery(sessionQuery);
  const query = useInfiniteQuery(alertsQuery(search));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.alerts), [query.data]);
  const fresh = useFresh(search, rows);
  const actions = useActions();
  const mayAct = mayJudge(session.roles);

  const change = useCallback(
    (next: Partial<AlertSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }),
    [navigate],
  );
  // What the list cannot filter by leads to Hunt.
  useNarrow((way, field, value) => {
    const name = filterName(field);
    if (!name || way === 'exclude' || way === 'groupBy') return false;
    const others = way === 'only' ? Object.fromEntries(filterNames.map((other) => [other, undefined])) : filtersOf(search);
    change(withValue(others, name, value));
    return true;
  });
  const choose = useCallback((row: AlertRow) => change({ at: row.id, open: '1' }, true), [change]);
  const close = useCallback(() => change({ open: undefined }, true), [change]);
  const showFresh = useCallback(async () => {
    await cache.resetQueries({ queryKey: alertsQuery(search).queryKey });
    document.querySelector('[role=grid]')?.scrollTo({ top: 0 });
  }, [search]);
  // Under an empty list nothing can be moved: what comes is shown.
  useEffect(() => {
    if (rows?.length === 0 && fresh > 0) void showFresh();
  }, [rows?.length, fresh, showFresh]);

  const keyed = useRef<Record<string, () => void>>({});
  const at = rows?.findIndex((row) => row.id === search.at) ?? -1;
  const row = rows?.[at];
  const step = (by: number) => {
    const next = rows?.[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) change({ at: next.id }, true);
  };
  keyed.current = {
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => row && change({ open: '1' }, true),
    Escape: () => search.open && close(),
    e: () => row && mayAct && void actions.act(row.state === 'acknowledged' ? 'unack' : 'ack', row),
    c: () => {
      if (!row || !mayAct) return;
      if (comment.current) return comment.current.focus(); // at once: what is typed next is text
      wantsComment.current = true;
      change({ open: '1' }, true);
    },
    u: () => void actions.undoLast(),
    n: () => fresh > 0 && void showFresh(),
    '/': () => box.current?.focus(),
  };
  useEffect(() => {
    const press = (name: string) => (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      // Enter on a button, a link or a menu is that one's.
      if (name === 'Enter' && (event.target as HTMLElement).closest('button, a, [role=menu]')) return;
      event.preventDefault();
      keyed.current[name]?.();
    };
    return tinykeys(window, Object.fromEntries(Object.keys(keyed.current).map((name) => [name, press(name)])));
  }, []);

  const complete = query.data?.pages.every((page) => page.complete) ?? true;
  const clear = () => change(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  return (
    <div className={styles.page} data-open={search.open}>
      <div className={styles.left}>
        <FilterBar search={search} change={change} box={box}>
          {fresh > 0 && (
            <button type="button" className={styles.pill} onClick={() => void showFresh()}>
              <UpIcon size={12} />
              {fresh >= most_counted ? t('alerts.freshMany', { count: fresh }) : t('alerts.fresh', { count: fresh })}
            </button>
          )}
        </FilterBar>
        <div className={styles.card}>
          {query.error ? (
            <Failure error={query.error} again={() => void query.refetch()} />
          ) : !rows ? (
            <p className={styles.note} role="status">{t('alerts.loading')}</p>
          ) : rows.length === 0 ? (
            <Empty title={t('alerts.emptyTitle')}>
              <p>{hasFilters(search) ? t('alerts.emptyFiltered') : t('alerts.emptyNone')}</p>
              <p className={styles.buttons}>
                {hasFilters(search) && <button type="button" className="button" onClick={clear}>{t('alerts.clear')}</button>}
                <button type="button" className="button" onClick={() => change({ since: 'all', from: undefined, to: undefined })}>{t('alerts.longer')}</button>
                {!hasFilters(search) && <Link to="/sensors">{t('alerts.emptyCheck')}</Link>}
              </p>
            </Empty>
          ) : (
            <AlertList rows={rows} at={search.at} more={query.hasNextPage} fetchMore={query.fetchNextPage} choose={choose} open={choose} />
          )}
        </div>
        <footer className={styles.foot}>
          <span role="status">
            {rows && t('alerts.shown', { count: rows.length })}
            {query.hasNextPage && ` · ${t('alerts.more')}`}
            {!complete && ` · ${t('alerts.incomplete')}`}
          </span>
          <span className={styles.hints} aria-hidden="true">
            <kbd className="kbd">j</kbd><kbd className="kbd">k</kbd> {t('alerts.hints')}
            <kbd className="kbd">Enter</kbd> {t('alerts.open')}
            <kbd className="kbd">e</kbd> {t('alerts.ack')}
            <kbd className="kbd">c</kbd> {t('alerts.comment')}
            <kbd className="kbd">/</kbd> {t('alerts.filter')}
            <kbd className="kbd">?</kbd> {t('alerts.keys')}
          </span>
        </footer>
      </div>
      {search.open && search.at && (
        <AlertDetail id={search.at} listed={row} mayAct={mayAct} role={mainRole(session.roles)} close={close} actions={actions} comment={commentBox} />
      )}
    </div>
  );
}
