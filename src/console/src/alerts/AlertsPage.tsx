import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { cache, sessionQuery } from '../api/session';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { UpIcon } from '../frame/icons';
import { isSecond, isTyping } from '../frame/keys';
import { useNarrow } from '../frame/Values';
import { type AlertSearch, filterName, filterNames, filtersOf, hasFilters, queryOf, withValue } from '../logic/filters';
import { mainRole, mayJudge } from '../logic/roles';
import { AlertDetail } from './AlertDetail';
import styles from './AlertsPage.module.css';
import { BulkBar, CommandMenu } from './Commands';
import { type CommandName, commands } from './commands';
import { FilterBar } from './FilterBar';
import { InboxList } from './InboxList';
import { MutesDialog } from './MutesDialog';
import { useActions } from './useActions';
import { useCommands } from './useCommands';
import { most_counted, useFresh } from './useFresh';
import { useCursor } from './useCursor';
import { alertOf, type Item, targetsOf, useInbox } from './useInbox';
import { useSelection } from './useSelection';
import { ViewSwitch } from './ViewSwitch';

const route = getRouteApi('/inside/alerts');

function useOpened(): [ReadonlySet<string>, (id: string, open?: boolean) => void] {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const flip = useCallback((id: string, open?: boolean) => {
    setOpened((before) => {
      const next = new Set(before);
      if (open ?? !next.has(id)) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);
  return [opened, flip];
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
  const mayAct = mayJudge(session.roles);
  const [opened, flip] = useOpened();
  const inbox = useInbox(search, opened);
  const { items } = inbox;
  const fresh = useFresh(search, items);
  const selection = useSelection(items, JSON.stringify([search.as, queryOf(search)]));
  const actions = useActions(search);

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
  const showFresh = useCallback(async () => {
    await Promise.all(['alerts', 'groups'].map((key) => cache.resetQueries({ queryKey: [key, queryOf(search)] })));
    document.querySelector('[role=grid], [role=treegrid]')?.scrollTo({ top: 0 });
  }, [search]);
  // Under an empty list nothing can be moved: what comes is shown.
  useEffect(() => {
    if (items?.length === 0 && fresh > 0) void showFresh();
  }, [items?.length, fresh, showFresh]);
  const { run: runOn, dialogs } = useCommands(actions, () => void showFresh());
  const [mutes, setMutes] = useState(false);
  const [menu, setMenu] = useState(false);

  const cursor = useCursor(search.at, !!search.open, useCallback((at: string) => change({ at }, true), [change]));
  const show = useCallback((id: string) => {
    cursor.jump(id);
    change({ at: id, open: '1' }, true);
  }, [cursor, change]);
  const all = (group: Item) => group.kind === 'rest' && change({ ...filtersOf(search), as: 'single', sid: String(group.of.sid ?? ''), src_ip: group.of.src || undefined, dst_ip: group.of.dst || undefined, at: undefined, open: undefined });
  const handling = useRef({ all });
  handling.current = { all };
  const choose = useCallback((item: Item) => (item.kind === 'rest' ? undefined : show(item.id)), [show]);
  const open = useCallback((item: Item) => void (item.kind === 'rest' ? handling.current.all(item) : show(item.id)), [show]);
  const toggle = useCallback((item: Item) => flip(item.id), [flip]);
  const close = useCallback(() => change({ open: undefined }, true), [change]);

  const keyed = useRef<Record<string, () => void>>({});
  const itemAt = (id: string | undefined) => items?.[inbox.places.get(id ?? '') ?? -1];
  const itemHere = () => itemAt(cursor.get()); // asked when a key is pressed: the page is not drawn when the cursor moves
  const targetsHere = () => {
    const item = itemHere();
    return targetsOf(selection.chosen.length > 0 ? selection.chosen : item ? [item] : []);
  };
  const run = (name: CommandName) => {
    if (mayAct) runOn(name, targetsHere());
    if (selection.chosen.length > 0 && name !== 'mute') selection.clear();
  };
  const step = (by: number) => {
    const at = inbox.places.get(cursor.get() ?? '');
    const next = items?.[at === undefined ? 0 : Math.min(Math.max(at + by, 0), items.length - 1)];
    if (next) cursor.move(next.id);
  };
  const fold = (unfold: boolean) => {
    const item = itemHere();
    if (item?.kind === 'group' && item.group.count > 1) flip(item.id, unfold);
    if (item?.kind === 'alert' && item.of && !unfold) (flip(item.of.id, false), cursor.move(item.of.id));
  };
  const whenHere = (act: (item: Item) => unknown) => {
    const item = itemHere();
    if (item) act(item);
  };
  keyed.current = {
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    ArrowRight: () => fold(true),
    ArrowLeft: () => fold(false),
    o: () => whenHere((item) => item.kind === 'group' && flip(item.id)),
    Enter: () => whenHere(open),
    Escape: () => (selection.selected.size > 0 ? selection.clear() : search.open && close()),
    x: () => whenHere((item) => item.kind !== 'rest' && selection.select(item)),
    'Shift+* a': selection.selectAll,
    '* a': selection.selectAll,
    'Shift+* n': selection.clear,
    '* n': selection.clear,
    ...Object.fromEntries(commands.map(({ name, key }) => [key, () => run(name)])),
    e: () => {
      const item = itemHere();
      run(selection.chosen.length === 0 && alertOf(item)?.state === 'acknowledged' && (item?.kind !== 'group' || item.group.states.new === 0) ? 'unack' : 'ack');
    },
    c: () => {
      const item = itemHere();
      if (!alertOf(item) || !mayAct) return;
      if (selection.chosen.length > 0 || item?.kind === 'group') return run('comment');
      if (comment.current && item?.id === search.at) return comment.current.focus(); // at once: what is typed next is text
      wantsComment.current = true;
      whenHere(open);
    },
    '.': () => mayAct && (itemHere() || selection.chosen.length > 0) && setMenu(true),
    p: () => itemHere()?.id === search.at && document.querySelector<HTMLAnchorElement>('aside a[download]')?.click(),
    u: () => void actions.undoLast(),
    n: () => fresh > 0 && void showFresh(),
    '/': () => box.current?.focus(),
  };
  useEffect(() => {
    const press = (name: string) => (event: KeyboardEvent) => {
      if (isTyping(event) || (name.length === 1 && isSecond())) return;
      // Enter on a button, a link or a menu is that one's.
      if (name === 'Enter' && (event.target as HTMLElement).closest('button, a, [role=menu]')) return;
      event.preventDefault();
      keyed.current[name]?.();
    };
    return tinykeys(window, Object.fromEntries(Object.keys(keyed.current).map((name) => [name, press(name)])));
  }, []);

  const clear = () => change(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  const item = itemAt(search.at);
  const shown = alertOf(item)?.id ?? (search.at?.includes('~') ? undefined : search.at);
  return (
    <div className={styles.page} data-open={search.open && shown ? '1' : undefined}>
      <div className={styles.left}>
        <FilterBar search={search} change={change} box={box}>
          <ViewSwitch search={search} change={change} mutes={() => setMutes(true)} />
          {fresh > 0 && (
            <button type="button" className={styles.pill} onClick={() => void showFresh()}>
              <UpIcon size={12} />
              {fresh >= most_counted ? t('alerts.freshMany', { count: fresh }) : t('alerts.fresh', { count: fresh })}
            </button>
          )}
        </FilterBar>
        {selection.chosen.length > 0 && mayAct && <BulkBar targets={targetsOf(selection.chosen)} run={run} clear={selection.clear} />}
        <div className={styles.card}>
          {inbox.error && !items ? (
            <Failure error={inbox.error} again={inbox.refetch} />
          ) : !items ? (
            <p className={styles.note} role="status">{t('alerts.loading')}</p>
          ) : items.length === 0 ? (
            <Empty title={t('alerts.emptyTitle')}>
              <p>{hasFilters(search) ? t('alerts.emptyFiltered') : t('alerts.emptyNone')}</p>
              <p className={styles.buttons}>
                {hasFilters(search) && <button type="button" className="button" onClick={clear}>{t('alerts.clear')}</button>}
                <button type="button" className="button" onClick={() => change({ since: 'all', from: undefined, to: undefined })}>{t('alerts.longer')}</button>
                {!hasFilters(search) && <Link to="/sensors">{t('alerts.emptyCheck')}</Link>}
              </p>
            </Empty>
          ) : (
            <InboxList items={items} places={inbox.places} cursor={cursor} selected={selection.selected} grouped={search.as !== 'single'} pages={inbox.pages}
              choose={choose} open={open} toggle={toggle} select={selection.select} />
          )}
        </div>
        <footer className={styles.foot}>
          <span role="status">
            {items && (inbox.totals ? t('alerts.groupsShown', { count: inbox.totals.found, alerts: t('alerts.shown', { count: inbox.totals.alerts }) }) : t('alerts.shown', { count: items.length }))}
            {inbox.pages.hasNextPage && ` · ${t('alerts.more')}`}
            {inbox.searchedTo && ` · ${t('alerts.searchedTo')}`}
            {!inbox.complete && ` · ${t('alerts.incomplete')}`}
          </span>
          <span className={styles.hints} aria-hidden="true">
            <kbd className="kbd">j</kbd><kbd className="kbd">k</kbd> {t('alerts.hints')}
            <kbd className="kbd">x</kbd> {t('alerts.choose')}
            <kbd className="kbd">Enter</kbd> {t('alerts.open')}
            <kbd className="kbd">e</kbd> {t('alerts.ack')}
            <kbd className="kbd">.</kbd> {t('alerts.actions')}
            <kbd className="kbd">?</kbd> {t('alerts.keys')}
          </span>
        </footer>
      </div>
      {search.open && shown && (
        <AlertDetail id={shown} item={item} mayAct={mayAct} role={mainRole(session.roles)} close={close} actions={actions} run={runOn} show={(id) => change({ at: id }, false)} muted={() => void showFresh()} comment={commentBox} />
      )}
      {dialogs}
      <CommandMenu targets={menu ? targetsHere() : undefined} run={run} close={() => setMenu(false)} />
      <MutesDialog opened={mutes} close={() => setMutes(false)} mayAct={mayAct} actions={actions} done={() => void showFresh()} />
    </div>
  );
}
