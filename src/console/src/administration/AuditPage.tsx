// The audit log: who did what, when, from where, to which object, with what outcome; and whether it is as it was written.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActName } from '../api/acts';
import { type AuditEntry, auditQuery, verifyQuery } from '../api/audit';
import { Failure } from '../frame/Failure';
import { CopyText, Field, formStyles as styles, SearchBox } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { CloseIcon } from '../frame/icons';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { clock, toSecond } from '../logic/time';
import { type AuditSearch, outcomes, ranges } from './search';

const route = getRouteApi('/inside/audit');
type Row = AuditEntry & { id: string };
type Change = (next: Partial<AuditSearch>, replace?: boolean) => void;

function Outcome({ row }: { row: AuditEntry }) {
  const { t } = useTranslation();
  return <span data-outcome={row.outcome} className={row.outcome === 'done' ? undefined : styles.bad}>{t(`audit.outcomes.${row.outcome}`)}</span>;
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const act = useActName();
  const head = (name: 'number' | 'time' | 'actor' | 'action' | 'object' | 'outcome' | 'address' | 'detail') => ({ name, head: t(`audit.${name}`) });
  return [
    { ...head('time'), least: 160, mono: true, cell: (row) => toSecond(row.time, zone), tip: (row) => row.time },
    { ...head('actor'), least: 110, share: 1, cell: (row) => <b>{row.actor}</b>, tip: (row) => row.actor },
    { ...head('action'), least: 200, share: 2, cell: (row) => act(row.action, row.summary), tip: (row) => row.action },
    { ...head('object'), least: 130, share: 1, cell: (row) => row.object || '–', tip: (row) => row.object },
    { ...head('outcome'), least: 92, cell: (row) => <Outcome row={row} /> },
    { ...head('address'), least: 120, mono: true, spare: true, cell: (row) => row.address || '–' },
    { ...head('detail'), least: 160, share: 2, spare: true, cell: (row) => row.detail || '–', tip: (row) => row.detail },
    { ...head('number'), least: 72, mono: true, spare: true, cell: (row) => row.number },
  ];
}

function Detail({ row, change, close }: { row: AuditEntry; change: Change; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const act = useActName();
  const only = (name: 'actor' | 'action' | 'object' | 'address', value: string, shown = value) =>
    value === '' ? '–' : <>{shown} <button type="button" className={styles.only} aria-label={t('audit.only', { value: shown })} onClick={() => change({ [name]: value })}>{t('values.only')}</button></>;
  return (
    <Panel label={t('audit.entry')} head={<b className="mono">{row.number}</b>} close={close}>
      <h2>{act(row.action, row.summary)}</h2>
      {row.outcome === 'unknown' && <p>{t('audit.unknownText')}</p>}
      <Facts rows={[
        [t('audit.time'), <span className="mono">{clock(row.time, zone, true)}</span>],
        [t('audit.actor'), only('actor', row.actor)],
        [t('audit.via'), t(`audit.vias.${row.via || 'own'}`)],
        [t('audit.role'), row.role || '–'],
        [t('audit.organisation'), row.organisation || t('form.whole')],
        [t('audit.action'), <span className="mono">{only('action', row.action)}</span>],
        [t('audit.object'), only('object', row.object)],
        [t('audit.outcome'), <Outcome row={row} />],
        [t('audit.status'), row.status || '–'],
        [t('audit.address'), <span className="mono">{only('address', row.address)}</span>],
        [t('audit.detail'), row.detail || '–'],
        [t('audit.hash'), <span className="mono">{row.hash}</span>],
      ]} />
    </Panel>
  );
}

function Verification({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [known, setKnown] = useState<string>();
  const { data, error, isFetching, refetch } = useQuery(verifyQuery(known));
  return (
    <Panel label={t('audit.check')} head={<b>{t('audit.check')}</b>} close={close}>
      <p>{t('audit.checkText')}</p>
      {isFetching ? <p role="status">{t('audit.checking')}</p> : error ? <Failure error={error} again={() => void refetch()} /> : data && (
        <>
          <p role="status" className={styles.told} data-bad={!data.intact || undefined} data-intact={data.intact}>
            <b>{data.intact ? t('audit.intact', { count: data.entries }) : t('audit.broken', { count: data.fault_count })}</b>
            {data.intact && known && <> {t('audit.knownYes')}</>}
          </p>
          {data.faults.length > 0 && <ul>{data.faults.map((fault, index) => <li key={index}>{t('audit.fault', fault)}</li>)}</ul>}
          <section>
            <h3>{t('audit.head')}</h3>
            <CopyText text={data.head} label={t('audit.head')} />
            <p className={styles.quiet}>{t('audit.headText')}</p>
          </section>
        </>
      )}
      <form className={styles.form} onSubmit={(event) => {
        event.preventDefault();
        setKnown(String(new FormData(event.currentTarget).get('head')).trim() || undefined);
      }}>
        <Field name={t('audit.known')} hint={t('audit.knownHint')}><input name="head" pattern="\s*[0-9]+:[0-9a-f]{64}\s*" autoComplete="off" spellCheck={false} /></Field>
        <div className={styles.buttons}>
          <button type="submit" className="button">{t('audit.knownGo')}</button>
          <button type="button" className="button" onClick={() => void refetch()}>{t('audit.again')}</button>
        </div>
      </form>
    </Panel>
  );
}

function Bar({ search, change }: { search: AuditSearch; change: Change }) {
  const { t } = useTranslation();
  const act = useActName();
  const chips = ([['action', search.action && act(search.action, search.action)], ['address', search.address], ['organisation', search.organisation]] as const).filter(([, value]) => value);
  return (
    <>
      <SearchBox first label={t('audit.findActor')} text={search.actor} change={(actor) => change({ actor }, true)} />
      <SearchBox label={t('audit.findObject')} text={search.object} change={(object) => change({ object }, true)} />
      <Toggles label={t('audit.outcome')} chosen={search.outcome} offered={outcomes.map((word) => ({ word, text: t(`audit.outcomes.${word}`) }))}
        choose={(outcome) => change({ outcome: outcome as AuditSearch['outcome'] })} />
      <Toggles label={t('audit.range')} chosen={search.since} offered={ranges.map((word) => ({ word, text: t(`range.${word}`) }))}
        choose={(since) => change({ since: since as AuditSearch['since'] })} />
      {chips.map(([name, value]) => (
        <button key={name} type="button" className="button" aria-label={t('filter.remove', { what: value })} onClick={() => change({ [name]: undefined })}>
          {value} <CloseIcon size={10} />
        </button>
      ))}
      <button type="button" className="button" aria-pressed={!!search.check} onClick={() => change({ check: search.check ? undefined : '1', at: undefined })}>{t('audit.check')}</button>
    </>
  );
}

export function AuditPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/audit' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const { actor, action, object, address, organisation, outcome, since } = search;
  const list = useInfiniteQuery(auditQuery({ actor, action, object, address, organisation, outcome, ...(since && { from: `-${since}` }) }));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.entries.map((one): Row => ({ ...one, id: String(one.number) }))), [list.data]);
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at, check: undefined }, true), [change]);
  useListKeys(rows, search.at, choose);
  const filtered = [actor, action, object, address, organisation, outcome, since].some((one) => one !== undefined);
  const chosen = rows?.find((row) => row.id === search.at);
  const panel = search.check ? <Verification close={() => change({ check: undefined }, true)} /> : chosen && <Detail row={chosen} change={change} close={() => choose(undefined)} />;
  return (
    <ListPage panel={panel} bar={<Bar search={search} change={change} />} foot={rows && `${t('audit.shown', { count: rows.length })}${list.hasNextPage ? ` · ${t('alerts.more')}` : ''}`}>
      <Listed error={!rows && list.error} again={list.refetch} rows={rows} title={t('audit.emptyTitle')} text={t(filtered ? 'audit.emptyFiltered' : 'audit.emptyNone')}
        clear={filtered && (() => change({ actor: undefined, action: undefined, object: undefined, address: undefined, organisation: undefined, outcome: undefined, since: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('audit.list')} at={search.at} pages={list} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
