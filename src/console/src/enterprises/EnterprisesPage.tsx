// The registry of enterprises: who is supervised, by whom, and how each is reached.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Enterprise, type EnterpriseFilter, enterprisesQuery, registryQuery } from '../api/enterprises';
import type { Schemas } from '../api/client';
import { inLanguage } from '../api/words';
import { SearchBox } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { ListPage, useListKeys } from '../frame/Panel';
import { Toggles } from '../frame/Toggles';
import { numberText } from '../numbers';
import { EnterpriseDetail } from './EnterpriseDetail';
import styles from './enterprises.module.css';
import { ImportPanel } from './ImportPanel';
import type { EnterpriseSearch } from './search';

const route = getRouteApi('/inside/enterprises');
type Row = Enterprise & { id: string };
type Change = (next: Partial<EnterpriseSearch>, replace?: boolean) => void;

export function useLevel(): (level: number) => string {
  const { t } = useTranslation();
  return (level) => t(`enterprises.levels.${level as 0}`);
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const level = useLevel();
  const head = (name: 'name' | 'uscc' | 'type' | 'level' | 'industry' | 'region' | 'supervisor' | 'organisation') => ({ name, head: t(`enterprises.${name}`) });
  const industry = (row: Row) => [row.industry, row.industry_label && inLanguage(row.industry_label)].filter(Boolean).join(' ') || '–';
  return [
    { ...head('name'), least: 190, share: 2, cell: (row) => row.name, tip: (row) => row.name },
    { ...head('type'), least: 124, share: 1, cell: (row) => inLanguage(row.type_label), tip: (row) => inLanguage(row.type_label) },
    { ...head('level'), least: 92, cell: (row) => level(row.level) },
    { ...head('industry'), least: 140, share: 1.4, spare: true, cell: industry, tip: industry },
    { ...head('region'), least: 152, cell: (row) => <>{inLanguage(row.province)} <span className="mono">{row.region}</span></> },
    { ...head('supervisor'), least: 100, share: 1, spare: true, cell: (row) => inLanguage(row.supervisor), tip: (row) => inLanguage(row.supervisor) },
    { ...head('uscc'), least: 160, mono: true, spare: true, cell: (row) => row.uscc },
    { ...head('organisation'), least: 110, share: 1, spare: true, cell: (row) => row.organisation, tip: (row) => row.organisation },
  ];
}

function Select({ label, offered, chosen, choose }: { label: string; offered: readonly Schemas['CountedWords'][]; chosen: string | undefined; choose: (word: string | undefined) => void }) {
  const { t } = useTranslation();
  return (
    <select className={styles.select} aria-label={label} value={chosen ?? ''} data-chosen={!!chosen} onChange={(event) => choose(event.target.value || undefined)}>
      <option value="">{label}: {t('enterprises.any')}</option>
      {offered.filter((row) => row.count > 0 || row.word === chosen).map((row) => (
        <option key={row.word} value={row.word}>{`${row.word} ${inLanguage(row)} (${numberText(row.count)})`}</option>
      ))}
    </select>
  );
}

function Bar({ words, search, change }: { words: Schemas['EnterpriseOverview']; search: EnterpriseSearch; change: Change }) {
  const { t } = useTranslation();
  const level = useLevel();
  const offered = (rows: readonly Schemas['CountedWords'][]) => rows.map((row) => ({ word: row.word, text: inLanguage(row), count: row.count }));
  return (
    <>
      <SearchBox first wide label={t('enterprises.find')} text={search.text} change={(text) => change({ text }, true)} />
      <Toggles label={t('enterprises.level')} chosen={search.level} choose={(chosen) => change({ level: chosen })}
        offered={[3, 2, 1, 0].map((one) => ({ word: String(one), text: level(one), count: words.levels[one] ?? 0 }))} />
      <Select label={t('enterprises.type')} offered={words.types} chosen={search.type} choose={(type) => change({ type })} />
      <Select label={t('enterprises.industry')} offered={words.sections} chosen={search.industry} choose={(industry) => change({ industry })} />
      <Select label={t('enterprises.region')} offered={words.provinces} chosen={search.region} choose={(region) => change({ region })} />
      <Toggles label={t('enterprises.supervisor')} chosen={search.supervisor} choose={(supervisor) => change({ supervisor })} offered={offered(words.supervisors)} />
      {words.may_edit && <button type="button" className="button" onClick={() => change({ take: '1', at: undefined })}>{t('enterprises.take')}</button>}
    </>
  );
}

export function EnterprisesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/enterprises' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const words = useQuery(registryQuery);
  const { text, type, supervisor, level, region, industry } = search;
  const filter = { text, type, supervisor, region, industry, ...(level !== undefined && { level: Number(level) }) } as EnterpriseFilter;
  const list = useInfiniteQuery(enterprisesQuery(filter));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.enterprises.map((one): Row => ({ ...one, id: one.uscc }))), [list.data]);
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at, take: undefined }, true), [change]);
  useListKeys(rows, search.at, choose);
  const filtered = [text, type, supervisor, level, region, industry].some((one) => one !== undefined);
  const error = !rows && list.error || words.error;
  const panel = search.take ? (
    <ImportPanel close={() => change({ take: undefined }, true)} />
  ) : search.at ? (
    <EnterpriseDetail key={search.at} uscc={search.at} close={() => choose(undefined)} />
  ) : undefined;
  return (
    <ListPage panel={panel} bar={words.data && <Bar words={words.data} search={search} change={change} />}
      foot={rows && words.data && `${t('enterprises.shown', { count: rows.length })}${list.hasNextPage ? ` · ${t('alerts.more')}` : ''} · ${t('enterprises.total', { count: words.data.total })}`}>
      <Listed error={error} again={list.refetch} rows={rows} title={t('enterprises.emptyTitle')} text={t(filtered ? 'enterprises.emptyFiltered' : 'enterprises.emptyNone')}
        clear={filtered && (() => change({ text: undefined, type: undefined, supervisor: undefined, level: undefined, region: undefined, industry: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('enterprises.list')} at={search.at} pages={list} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
