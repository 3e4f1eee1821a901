// Rules by what they did: which fire, which are noise, which never fired; and what each means.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { mutesQuery } from '../api/mutes';
import { endsQuery, hitsOfQuery, hitsQuery, overTimeQuery, type RuleRange } from '../api/rules';
import { detectionsQuery } from '../api/session';
import { formStyles as styles, SearchBox } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useMay } from '../frame/usePages';
import { Value } from '../frame/Values';
import { Strip } from '../hunt/Strip';
import { language } from '../i18n';
import { isNoisy, type Rule, rulesOf, wrongShare } from '../logic/rules';
import { techniques } from '../logic/techniques';
import { toMinute } from '../logic/time';
import { numberText, percentText } from '../numbers';
import { ranges, type RuleSearch, shows } from './search';
import { ShowRule } from './ShowRule';
import { TryPage } from './TryPage';

const route = getRouteApi('/inside/rules');
type Change = (next: Partial<RuleSearch>, replace?: boolean) => void;

const titleOf = (rule: Rule) => rule.detection?.title[language()] || rule.text || rule.id;
const kindOf = (rule: Rule, total: number): (typeof shows)[number] => (rule.hits === 0 ? 'silent' : isNoisy(rule, total) ? 'noisy' : 'fired');

function useColumns(total: number): Column<Rule>[] {
  const { t } = useTranslation();
  const head = (name: 'sid' | 'rule' | 'technique' | 'hits' | 'share' | 'fresh' | 'wrong') => ({ name, head: t(`rules.${name}`) });
  const count = (value: number) => (value === 0 ? <span className={styles.quiet}>–</span> : numberText(value));
  return [
    { ...head('hits'), least: 84, cell: (row) => count(row.hits) },
    { ...head('share'), least: 96, cell: (row) => (row.hits === 0 ? '' : <span className={isNoisy(row, total) ? styles.bad : undefined}>{percentText(row.hits / Math.max(total, 1))}</span>) },
    { ...head('rule'), least: 260, share: 3, cell: (row) => titleOf(row), tip: titleOf },
    { ...head('fresh'), least: 84, cell: (row) => count(row.fresh) },
    { ...head('wrong'), least: 112, cell: (row) => (row.wrong === 0 ? <span className={styles.quiet}>–</span> : `${numberText(row.wrong)} (${percentText(wrongShare(row))})`) },
    { ...head('technique'), least: 92, mono: true, spare: true, cell: (row) => row.detection?.technique ?? '–' },
    { ...head('sid'), least: 92, mono: true, spare: true, cell: (row) => row.id },
  ];
}

function Ends({ range, sid, of }: { range: RuleRange; sid: number; of: 'src' | 'dst' }) {
  const { t } = useTranslation();
  const { data } = useQuery(endsQuery(range, sid, of));
  return (
    <section>
      <h3>{t(`rules.${of}`)}</h3>
      <Facts rows={data?.rows.map((row) => [<Value field={of} value={row.value} />, numberText(row.count)] as const) ?? []} />
    </section>
  );
}

function Muted({ sid }: { sid: number }) {
  const { t } = useTranslation();
  const zone = useZone();
  const mutes = useQuery(mutesQuery).data?.mutes.filter((mute) => mute.sid === sid && mute.active) ?? [];
  if (mutes.length === 0) return null;
  return (
    <section>
      <h3>{t('rules.muted')}</h3>
      <ul>{mutes.map((mute) => <li key={mute.id}>{t('rules.mutedBy', { by: mute.by, until: toMinute(mute.until, zone), reason: mute.reason })}</li>)}</ul>
    </section>
  );
}

function Detail({ rule, range, total, close }: { rule: Rule; range: RuleRange; total: number; close: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { detection } = rule;
  const counts = useQuery({ ...overTimeQuery(range, rule.sid), enabled: rule.hits > 0 }).data;
  const series = counts?.series[0];
  const bars = counts && series && { from: Date.parse(counts.from), bucket: counts.bucket_seconds * 1000, counts: series.counts };
  const technique = detection?.technique;
  return (
    <Panel label={t('rules.detail')} head={<b className="mono">{rule.id}</b>} close={close}>
      <h2>{titleOf(rule)}</h2>
      <div className={styles.buttons}>
        <Link className="button" to="/alerts" search={{ sid: rule.id, since: range }}>{t('rules.alerts')}</Link>
        {may('get_search') && <Link className="button" to="/hunt" search={{ q: `sid:${rule.id} | groupby src dst`, since: range }}>{t('rules.hunt')}</Link>}
      </div>
      {kindOf(rule, total) === 'noisy' && <p role="status" className={styles.told} data-bad>{t('rules.noisyText', { share: percentText(rule.hits / Math.max(total, 1)) })}</p>}
      <Facts rows={[
        [t('rules.hits'), rule.hits === 0 ? t('rules.silentText') : numberText(rule.hits)],
        ...(rule.hits > 0 ? [[t('rules.fresh'), numberText(rule.fresh)], [t('rules.wrong'), `${numberText(rule.wrong)} (${percentText(wrongShare(rule))})`]] as const : []),
        ...(technique ? [[t('rules.technique'), <><span className="mono">{technique}</span> {techniques[technique]?.[language()]}</>] as const] : []),
      ]} />
      {bars && <Strip bars={bars} most={Math.max(1, ...bars.counts)} label={t('rules.overTime', { count: rule.hits })} />}
      {detection ? (
        <>
          <section><h3>{t('detail.why')}</h3><p>{detection.meaning[language()]}</p></section>
          <section><h3>{t('detail.what')}</h3><p>{detection.advice[language()]}</p></section>
        </>
      ) : <p className={styles.quiet}>{t('detail.noWhy')}</p>}
      <ShowRule sid={rule.sid} gid={detection?.gid} builtIn={!!detection?.name} />
      <Muted sid={rule.sid} />
      {rule.hits > 0 && (
        <div className={styles.pair} data-top>
          <Ends range={range} sid={rule.sid} of="src" />
          <Ends range={range} sid={rule.sid} of="dst" />
        </div>
      )}
    </Panel>
  );
}

export function RulesPage() {
  const { at, gid, try: trying } = route.useSearch();
  const navigate = useNavigate({ from: '/rules' });
  const may = useMay();
  if (trying && may('post_rules_trial')) return <TryPage of={at} gid={gid} close={() => void navigate({ search: at ? { at } : {} })} />;
  return <RuleList />;
}

function RuleList() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/rules' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const may = useMay();
  const range = search.since ?? '7d';
  const catalogue = useQuery(detectionsQuery);
  const hits = useQuery(hitsQuery(range));
  const fresh = useQuery(hitsOfQuery(range, 'new')).data;
  const wrong = useQuery(hitsOfQuery(range, 'false-positive')).data;
  const all = useMemo(() => catalogue.data && hits.data && rulesOf(catalogue.data, hits.data, fresh, wrong), [catalogue.data, hits.data, fresh, wrong]);
  const total = hits.data?.total ?? 0;
  const part = search.name?.toLowerCase();
  const rows = all?.filter((rule) => (!search.show || kindOf(rule, total) === search.show || (search.show === 'fired' && rule.hits > 0))
    && (!part || [rule.id, titleOf(rule), rule.text, rule.detection?.technique ?? ''].some((text) => text.toLowerCase().includes(part))));
  const columns = useColumns(total);
  const choose = useCallback((at: string | undefined) => change({ at }, true), [change]);
  useListKeys(rows, search.at, choose);
  const chosen = all?.find((rule) => rule.id === search.at);
  const error = catalogue.error ?? hits.error;
  const counts = { fired: all?.filter((rule) => rule.hits > 0).length, noisy: all?.filter((rule) => isNoisy(rule, total)).length, silent: all?.filter((rule) => rule.hits === 0).length };
  const panel = chosen && <Detail key={chosen.id} rule={chosen} range={range} total={total} close={() => choose(undefined)} />;
  return (
    <ListPage panel={panel} foot={rows && `${t('rules.shown', { count: rows.length })} · ${t('alerts.shown', { count: total })}${hits.data?.complete === false ? ` · ${t('alerts.incomplete')}` : ''}`} bar={(
      <>
        <SearchBox first label={t('rules.find')} text={search.name} change={(name) => change({ name }, true)} />
        <Toggles label={t('rules.show')} chosen={search.show} choose={(show) => change({ show: show as RuleSearch['show'] })}
          offered={shows.map((word) => ({ word, text: t(`rules.shows.${word}`), count: counts[word] }))} />
        <Toggles label={t('audit.range')} chosen={range} choose={(since) => change({ since: since as RuleSearch['since'] })} offered={ranges.map((word) => ({ word, text: t(`range.${word}`) }))} />
        {may('post_rules_trial') && <button type="button" className="button primary" onClick={() => change({ try: '1', at: undefined })}>{t('trial.open')}</button>}
      </>
    )}>
      <Listed error={!rows && error} again={() => Promise.all([catalogue.refetch(), hits.refetch()])} rows={rows} title={t('rules.emptyTitle')} text={t(all?.length === 0 ? 'rules.emptyNone' : 'rules.emptyFiltered')}
        clear={!!all?.length && (() => change({ show: undefined, name: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('rules.list')} at={search.at} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
