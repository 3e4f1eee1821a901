// Assets: who is on the wire. A table or the levels of the plant, filters, and one asset in full; all of it is in the URL.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assetCountsQuery, assetsQuery } from '../api/assets';
import { Empty } from '../frame/Empty';
import { Failure } from '../frame/Failure';
import { language } from '../i18n';
import { AssetDetail } from './AssetDetail';
import styles from './AssetsPage.module.css';
import { AssetTable } from './AssetTable';
import { Lanes } from './Lanes';
import { type AssetsSearch, assetsAsked, flags, flagsOf, isFiltered, levels, sorts } from './search';

const route = getRouteApi('/inside/assets');
const pause = 250; // after the last letter
type Change = (next: Partial<AssetsSearch>) => void;

function Search({ text, change }: { text: string | undefined; change: Change }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text ?? '');
  useEffect(() => setTyped(text ?? ''), [text]);
  useEffect(() => {
    if (typed.trim() === (text ?? '')) return;
    const timer = setTimeout(() => change({ text: typed.trim() || undefined }), pause);
    return () => clearTimeout(timer);
  }, [typed]);
  return <input type="search" className={styles.search} value={typed} aria-label={t('assets.search')} placeholder={t('assets.search')} onChange={(event) => setTyped(event.target.value)} />;
}

function Filters({ search, change }: { search: AssetsSearch; change: Change }) {
  const { t } = useTranslation();
  const { data } = useQuery(assetCountsQuery(search.text));
  const on = flagsOf(search);
  const flagged = (flag: string) => data?.flags.find((row) => row.flag === flag)?.count ?? 0;
  const atLevel = (level: string) => data?.levels.find((row) => String(row.level ?? 'none') === level)?.count ?? 0;
  return (
    <div className={styles.bar}>
      <Search text={search.text} change={change} />
      <select aria-label={t('assets.role')} value={search.role ?? ''} onChange={(event) => change({ role: event.target.value || undefined })}>
        <option value="">{t('assets.role')}: {t('assets.any')}</option>
        {data?.roles.map((row) => <option key={row.role.word} value={row.role.word}>{row.role[language()]} ({row.count})</option>)}
      </select>
      <select aria-label={t('assets.vendor')} value={search.vendor ?? ''} onChange={(event) => change({ vendor: event.target.value || undefined })}>
        <option value="">{t('assets.vendor')}: {t('assets.any')}</option>
        {data?.vendors.map((row) => <option key={row.vendor} value={row.vendor}>{row.vendor} ({row.count})</option>)}
      </select>
      <select aria-label={t('assets.level')} value={search.level ?? ''} onChange={(event) => change({ level: levels.find((level) => level === event.target.value) })}>
        <option value="">{t('assets.level')}: {t('assets.any')}</option>
        {levels.map((level) => <option key={level} value={level}>{level === 'none' ? '' : `L${level} `}{t(`assets.levels.${level}`)} ({atLevel(level)})</option>)}
      </select>
      <div className={styles.flags} role="group" aria-label={t('assets.only')}>
        {flags.filter((flag) => on.includes(flag) || flagged(flag) > 0).map((flag) => (
          <button key={flag} type="button" className="button" aria-pressed={on.includes(flag)}
            onClick={() => change({ is: (on.includes(flag) ? on.filter((other) => other !== flag) : [...on, flag]).join(',') || undefined })}>
            {t(`assets.flags.${flag}`)} {flagged(flag)}
          </button>
        ))}
      </div>
      <div className={styles.tools}>
        {search.view !== 'lanes' && (
          <select aria-label={t('assets.sort')} value={search.sort ?? 'address'} onChange={(event) => change({ sort: sorts.find((sort) => sort === event.target.value && sort !== 'address') })}>
            {sorts.map((sort) => <option key={sort} value={sort}>{t(`assets.sorts.${sort}`)}</option>)}
          </select>
        )}
        <div className={styles.flags} role="group" aria-label={t('assets.view')}>
          <button type="button" className="button" aria-pressed={search.view !== 'lanes'} onClick={() => change({ view: undefined })}>{t('assets.table')}</button>
          <button type="button" className="button" aria-pressed={search.view === 'lanes'} onClick={() => change({ view: 'lanes' })}>{t('assets.lanes')}</button>
        </div>
        <a href={exportOf(search)} download="langyan-assets.csv">{t('assets.csv')}</a>
      </div>
      {data?.full && <p role="status" className={styles.warning}>{t('assets.full')}</p>}
    </div>
  );
}

function exportOf(search: AssetsSearch): string {
  const pairs = Object.entries(assetsAsked(search)).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
  return `/api/v1/assets/export?${new URLSearchParams(pairs as [string, string][])}`;
}

export function AssetsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/assets' });
  const change: Change = (next) => void navigate({ search: (before) => ({ ...before, ...next }), replace: 'text' in next });
  const asked = assetsAsked(search);
  const lanes = search.view === 'lanes';
  const found = useInfiniteQuery({ ...assetsQuery(asked), enabled: !lanes });
  const rows = found.data?.pages.flatMap((page) => page.assets);
  const total = found.data?.pages.at(-1)?.total ?? 0;
  useEffect(() => {
    if (!search.at) return;
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) change({ at: undefined });
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [search.at]);

  const nothing = (
    <Empty title={t(isFiltered(search) ? 'hunt.emptyTitle' : 'assets.emptyTitle')}>
      <p>{t(isFiltered(search) ? 'assets.emptyFiltered' : 'assets.emptyText')}</p>
      {isFiltered(search) && <button type="button" className="button" onClick={() => change({ text: undefined, role: undefined, vendor: undefined, level: undefined, is: undefined })}>{t('assets.clear')}</button>}
    </Empty>
  );
  return (
    <div className={styles.page}>
      <Filters search={search} change={change} />
      <div className={styles.results}>
        <div className={styles.list}>
          {lanes ? <Lanes asked={asked} at={search.at} choose={(at) => change({ at })} nothing={nothing} />
            : found.error && !rows ? <Failure error={found.error} again={() => void found.refetch()} />
              : !rows ? <p className={styles.note} role="status">{t('alerts.loading')}</p>
                : rows.length === 0 ? nothing
                  : (
                    <>
                      <AssetTable rows={rows} at={search.at} pages={found} choose={(at) => change({ at })} />
                      <p className={styles.foot}>{t('assets.shown', { count: total })}</p>
                    </>
                  )}
        </div>
        {search.at && <AssetDetail key={search.at} id={search.at} open={(at) => change({ at })} close={() => change({ at: undefined })} />}
      </div>
    </div>
  );
}
