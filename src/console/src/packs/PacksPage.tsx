// Rule packs: what this center has and hands down, who uses which version, and who does not have the newest and why.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { type Pack, packsQuery, type Usage, usageQuery, type UsageRow } from '../api/packs';
import { inLanguage, toldAs } from '../api/words';
import { formStyles as styles, Sample } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { CloseIcon } from '../frame/icons';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Place } from '../frame/Place';
import { Toggles } from '../frame/Toggles';
import { useMay } from '../frame/usePages';
import { language } from '../i18n';
import { kindOf } from '../logic/packs';
import { clock, toMinute } from '../logic/time';
import { numberText, sizeText } from '../numbers';
import { IssuePanel } from './IssuePanel';
import { Making } from './Making';
import { type PackSearch, type PackState, states } from './search';

const route = getRouteApi('/inside/packs');
type Change = (next: Partial<PackSearch>, replace?: boolean) => void;
type PackRow = Pack & { id: string };
type UseRow = UsageRow & { id: string };

const countsOf = (usage: Usage | undefined, name: string) => usage?.packs.find((pack) => pack.name === name)?.states ?? [];
const bad = (state: string) => state === 'refused' || state === 'behind';

// "3 current, 1 behind": trouble first, as the center lists it; nothing where nobody is reached.
function Spread({ states: counted }: { states: readonly { word: string; en: string; zh: string; count: number }[] }) {
  const some = counted.filter((state) => state.count > 0);
  if (some.length === 0) return <span className={styles.quiet}>–</span>;
  return some.map((state, index) => (
    <span key={state.word} className={bad(state.word) ? styles.bad : undefined}>{index > 0 && (language() === 'zh' ? '，' : ', ')}{numberText(state.count)} {inLanguage(state).toLowerCase()}</span>
  ));
}

function usePackColumns(usage: Usage | undefined): Column<PackRow>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'name' | 'kind' | 'version' | 'reach' | 'use' | 'key' | 'size' | 'taken' | 'from') => ({ name, head: t(`packs.${name}`) });
  return [
    { ...head('name'), least: 120, share: 1, cell: (row) => <b>{row.name}</b>, tip: (row) => row.note[language()] || row.note.en || row.name },
    { ...head('version'), least: 76, cell: (row) => row.version },
    { ...head('kind'), least: 112, cell: (row) => t(`packs.kinds.${kindOf(row.files)}`) },
    ...(usage ? [{ ...head('use'), least: 200, share: 2, cell: (row: PackRow) => <Spread states={countsOf(usage, row.name)} /> }] : []),
    { ...head('reach'), least: 110, share: 1, cell: (row) => (row.organisation ? <Place path={row.organisation} /> : t('form.whole')), tip: (row) => row.organisation },
    { ...head('from'), least: 116, spare: true, cell: (row) => t(row.from_above ? 'packs.above' : 'packs.here') },
    { ...head('key'), least: 100, spare: true, cell: (row) => row.key, tip: (row) => row.key },
    { ...head('size'), least: 84, spare: true, cell: (row) => sizeText(row.bytes) },
    { ...head('taken'), least: 140, mono: true, spare: true, cell: (row) => toMinute(row.taken, zone), tip: (row) => row.taken },
  ];
}

function useUseColumns(): Column<UseRow>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'state' | 'user' | 'who' | 'organisation' | 'pack' | 'version' | 'wanted' | 'since' | 'reason') => ({ name, head: t(`packs.${name}`) });
  return [
    { ...head('state'), least: 96, cell: (row) => <span className={bad(row.state.word) ? styles.bad : undefined}>{inLanguage(row.state)}</span> },
    { ...head('user'), least: 104, cell: (row) => inLanguage(row.user) },
    { ...head('who'), least: 120, share: 1, cell: (row) => <b>{row.name}</b>, tip: (row) => (row.via ? `${row.name} ← ${row.via}` : row.name) },
    { ...head('organisation'), least: 120, share: 1, cell: (row) => <Place path={row.organisation} />, tip: (row) => row.organisation },
    { ...head('pack'), least: 96, cell: (row) => row.pack, tip: (row) => row.pack },
    { ...head('version'), least: 76, cell: (row) => row.version ?? '–' },
    { ...head('wanted'), least: 76, cell: (row) => row.wanted },
    { ...head('since'), least: 140, mono: true, cell: (row) => (row.since ? toMinute(row.since, zone) : '–'), tip: (row) => row.since ?? undefined },
    { ...head('reason'), least: 200, share: 3, cell: (row) => toldAs(row.reason, row.why) || t(`packs.why.${row.state.word as PackState}`), tip: (row) => row.reason },
  ];
}

function Detail({ pack, usage, change, close }: { pack: Pack; usage: Usage | undefined; change: Change; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const may = useMay();
  const kind = kindOf(pack.files);
  const note = pack.note[language()] || pack.note.en;
  return (
    <Panel label={t('packs.detail')} head={<b>{t(`packs.kinds.${kind}`)}</b>} close={close}>
      <h2>{pack.name} <span className="mono">{pack.version}</span></h2>
      {note && <p>{note}</p>}
      {kind === 'withdrawn' && <p role="status" className={styles.told}>{t('packs.withdrawnText')}</p>}
      <div className={styles.buttons}>
        {usage && <button type="button" className="button" onClick={() => change({ show: 'use', pack: pack.name, at: undefined, state: undefined })}>{t('packs.whoUses')}</button>}
        {may('post_packs') && !pack.from_above && <button type="button" className="button" onClick={() => change({ issue: '1' })}>{t('packs.newVersion')}</button>}
        <a className="button" href={`/api/v1/packs/${encodeURIComponent(pack.name)}`} download={`${pack.name}-${pack.version}.pack`}>{t('packs.download')}</a>
      </div>
      <Facts rows={[
        ...(usage ? [[t('packs.use'), <Spread states={countsOf(usage, pack.name)} />] as const] : []),
        [t('packs.reach'), pack.organisation ? <Place path={pack.organisation} /> : t('form.whole')],
        [t('packs.from'), t(pack.from_above ? 'packs.above' : 'packs.here')],
        [t('packs.issuer'), pack.issuer || '–'],
        [t('packs.issued'), <span className="mono">{pack.issued}</span>],
        [t('packs.key'), pack.key],
        [t('packs.files'), pack.files.length ? <span className="mono">{pack.files.join(' ')}</span> : t('packs.kinds.withdrawn')],
        [t('packs.size'), sizeText(pack.bytes)],
        [t('packs.taken'), <><span className="mono">{clock(pack.taken, zone, true)}</span> {pack.from_above ? '' : pack.by}</>],
        ['SHA-256', <span className="mono">{pack.sha256}</span>],
      ]} />
      {kind !== 'withdrawn' && !pack.from_above && (
        <section>
          <h3>{t('packs.back')}</h3>
          <p>{t('packs.backText')}</p>
          <Sample>{`langyan packs make ${pack.name} --version ${pack.version + 1} \\
    --key cert.key --out back.pack`}</Sample>
        </section>
      )}
      {pack.from_above && <p className={styles.quiet}>{t('packs.aboveText')}</p>}
    </Panel>
  );
}

export function PacksPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/packs' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const may = useMay();
  const { data, error, refetch } = useQuery(packsQuery);
  const inUse = search.show === 'use';
  const usage = useQuery({ ...usageQuery(inUse ? search.pack : undefined, inUse ? search.state : undefined), enabled: may('get_pack-usage') });
  const all = data?.packs ?? [];
  const rows = all.map((pack): PackRow => ({ ...pack, id: pack.name }));
  const users = usage.data?.rows.map((row): UseRow => ({ ...row, id: `${row.pack}/${row.user.word}/${row.organisation}/${row.name}` }));
  const narrowed = !!(search.state || search.pack);
  const columns = usePackColumns(usage.data), userColumns = useUseColumns();
  const choose = useCallback((at: string | undefined) => change({ at, issue: undefined }, true), [change]);
  useListKeys(inUse || search.issue ? [] : rows, search.at, choose);
  const chosen = inUse ? undefined : all.find((pack) => pack.name === search.at);
  const counted = states.map((word) => {
    const of = (usage.data?.packs ?? []).filter((pack) => !search.pack || pack.name === search.pack).flatMap((pack) => pack.states.filter((state) => state.word === word));
    return { word, text: of[0] ? inLanguage(of[0]) : word, count: of.reduce((sum, state) => sum + state.count, 0) };
  });
  const panel = search.issue && data ? (
    <IssuePanel packs={all} issued={(at) => change({ at, issue: undefined, show: undefined }, true)} close={() => change({ issue: undefined }, true)} />
  ) : chosen && <Detail key={chosen.name} pack={chosen} usage={usage.data} change={change} close={() => choose(undefined)} />;
  const bar = data && (
    <>
      {may('get_pack-usage') && all.length > 0 && (
        <Toggles label={t('packs.show')} chosen={search.show ?? 'packs'} choose={(show) => change({ show: show === 'use' || (!show && !inUse) ? 'use' : undefined, at: undefined, state: undefined, pack: undefined })}
          offered={[{ word: 'packs', text: t('packs.packs'), count: all.length }, { word: 'use', text: t('packs.inUse') }]} />
      )}
      {inUse && usage.data && <Toggles label={t('packs.state')} chosen={search.state} choose={(state) => change({ state: state as PackState | undefined })} offered={counted} />}
      {inUse && search.pack && (
        <button type="button" className="button" aria-label={t('filter.remove', { what: search.pack })} onClick={() => change({ pack: undefined })}>{search.pack} <CloseIcon size={10} /></button>
      )}
      {may('post_packs') && <button type="button" className="button primary" onClick={() => change({ issue: '1' })}>{t('packs.issue')}</button>}
    </>
  );
  const foot = inUse ? usage.data && `${t('packs.users', { count: usage.data.rows.length })}${usage.data.more ? ` · ${t('packs.moreUsers')}` : ''}` : data && t('packs.shown', { count: rows.length });
  return (
    <ListPage bar={bar} panel={panel} foot={foot}>
      {inUse && rows.length > 0 ? (
        <Listed error={!usage.data && usage.error} again={usage.refetch} rows={users} title={t('packs.nobodyTitle')} text={t(narrowed ? 'packs.nobodySo' : 'packs.nobodyText')}
          clear={narrowed && (() => change({ state: undefined, pack: undefined }))}>
          {(shown) => <Grid rows={shown} columns={userColumns} label={t('packs.useList')} at={search.at} choose={(at) => change({ at }, true)} />}
        </Listed>
      ) : (
        <Listed error={!data && error} again={refetch} rows={data && rows} title={t('packs.emptyTitle')} text={t('packs.emptyText')} more={<Making />}>
          {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('packs.list')} at={search.at} choose={choose} />}
        </Listed>
      )}
    </ListPage>
  );
}
