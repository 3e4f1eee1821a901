// Enrolments: sensors and lower centers that show a certificate of this center, and one-time tokens for those to come.
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Enrolment, enrolmentsQuery, makeEnrolment, revokeEnrolment } from '../api/administration';
import type { Schemas } from '../api/client';
import { CopyText, Field, formStyles as styles, Refusal, SearchBox, Steps, textOf } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useMay } from '../frame/usePages';
import { clock, fromField, toMinute } from '../logic/time';
import { type EnrolmentSearch, enrolmentKinds, enrolmentStates } from './search';

const route = getRouteApi('/inside/enrolments');
type Change = (next: Partial<EnrolmentSearch>, replace?: boolean) => void;
type Kind = (typeof enrolmentKinds)[number];

const good = (row: Enrolment) => row.state === 'active' || row.state === 'waiting';
const ends = (row: Enrolment) => row.until ?? row.token_until;

function useColumns(): Column<Enrolment>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'kind' | 'source' | 'organisation' | 'state' | 'ends' | 'by' | 'created') => ({ name, head: t(`enrolments.${name}`) });
  return [
    { ...head('source'), least: 150, share: 1, cell: (row) => <b>{row.source}</b>, tip: (row) => row.source },
    { ...head('kind'), least: 100, cell: (row) => t(`enrolments.kinds.${row.kind}`) },
    { ...head('state'), least: 130, cell: (row) => <span className={good(row) ? undefined : styles.bad}>{t(`enrolments.states.${row.state}`)}</span> },
    { ...head('ends'), least: 140, mono: true, cell: (row) => toMinute(ends(row), zone), tip: ends },
    { ...head('organisation'), least: 130, share: 1, cell: (row) => row.organisation, tip: (row) => row.organisation },
    { ...head('by'), least: 100, spare: true, cell: (row) => row.by, tip: (row) => row.by },
    { ...head('created'), least: 140, mono: true, spare: true, cell: (row) => toMinute(row.created, zone), tip: (row) => row.created },
  ];
}

function Made({ made, close }: { made: Schemas['NewEnrolmentAnswer']; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  return (
    <Panel label={t('enrolments.made')} head={<b>{t('enrolments.made')}</b>} close={close}>
      <h2>{made.enrolment.source}</h2>
      <p role="status" className={styles.told} data-bad>{t('enrolments.once', { until: toMinute(made.enrolment.token_until, zone) })}</p>
      <p>{t(`enrolments.runOn.${made.enrolment.kind}`)}</p>
      <CopyText text={made.command} label={t('enrolments.command')} />
      <p className={styles.quiet}>{t(made.url.startsWith('http:') ? 'enrolments.plainTold' : made.fingerprint ? 'enrolments.fingerprintTold' : 'enrolments.authorityTold')}</p>
      {made.fingerprint && <Facts rows={[[t('enrolments.fingerprint'), <span className="mono">{made.fingerprint}</span>]]} />}
    </Panel>
  );
}

function MakePanel({ made, close }: { made: (answer: Schemas['NewEnrolmentAnswer']) => void; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const [kind, setKind] = useState<Kind>('sensor');
  const take = useMutation({ mutationFn: (body: Schemas['NewEnrolment']) => makeEnrolment(body), onSuccess: made });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const organisation = textOf(form, 'organisation'), expires = fromField(textOf(form, 'expires'), zone);
    take.mutate({ kind, source: textOf(form, 'source'), ...(organisation && { organisation }), ...(expires && { expires }) });
  };
  return (
    <Panel label={t('enrolments.make')} head={<b>{t('enrolments.make')}</b>} close={close}>
      <form className={styles.form} onSubmit={submit} autoComplete="off">
        <Field name={t('enrolments.kind')}>
          <select value={kind} onChange={(event) => setKind(event.target.value as Kind)} autoFocus>
            {enrolmentKinds.map((word) => <option key={word} value={word}>{t(`enrolments.kinds.${word}`)}</option>)}
          </select>
        </Field>
        <Field name={t('enrolments.source')} hint={t(`enrolments.sourceOf.${kind}`)}><input name="source" required maxLength={256} autoComplete="off" spellCheck={false} /></Field>
        <Field name={t('enrolments.organisation')} hint={t('enrolments.organisationHint')}><input name="organisation" maxLength={255} autoComplete="off" spellCheck={false} /></Field>
        <Field name={t('enrolments.tokenUntil')} hint={t('enrolments.tokenUntilHint', { zone: t(`top.${zone}`) })}><input type="datetime-local" name="expires" /></Field>
        <Refusal error={take.error} />
        <div className={styles.buttons}><button type="submit" className="button primary" disabled={take.isPending}>{t('enrolments.makeGo')}</button></div>
      </form>
    </Panel>
  );
}

function Detail({ row, close }: { row: Enrolment; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const may = useMay();
  const time = (text: string | null) => (text ? <span className="mono">{clock(text, zone, true)}</span> : '–');
  return (
    <Panel label={t('enrolments.detail')} head={<span>{t(`enrolments.states.${row.state}`)}</span>} close={close}>
      <h2>{row.source}</h2>
      <p>{t(`enrolments.told.${row.state}`)}</p>
      <Steps steps={may('delete_enrolments_id') ? [{ word: 'revoke', name: t('enrolments.revoke'), text: t('enrolments.revokeText'), act: () => revokeEnrolment(row.id), done: close }] : []} />
      <Facts rows={[
        [t('enrolments.kind'), t(`enrolments.kinds.${row.kind}`)],
        [t('enrolments.organisation'), row.organisation],
        [t('enrolments.by'), row.by],
        [t('enrolments.created'), time(row.created)],
        ...(row.serial ? [] : [[t('enrolments.tokenUntil'), time(row.token_until)] as const]),
        [t('enrolments.from'), time(row.from)],
        [t('enrolments.until'), time(row.until)],
        [t('enrolments.serial'), <span className="mono">{row.serial ?? '–'}</span>],
      ]} />
      {may('get_audit') && <p><Link className="button" to="/audit" search={{ object: row.id }}>{t('accounts.history')}</Link></p>}
    </Panel>
  );
}

export function EnrolmentsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/enrolments' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const { data, error, refetch } = useQuery(enrolmentsQuery);
  const [made, setMade] = useState<Schemas['NewEnrolmentAnswer']>(); // a secret stands in no URL
  const may = useMay();
  const all = data?.enrolments ?? [];
  const rows = all.filter((row) => (!search.state || row.state === search.state) && (!search.kind || row.kind === search.kind)
    && (!search.name || [row.source, row.organisation].some((text) => text.includes(search.name!))));
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => {
    setMade(undefined);
    change({ at, make: undefined }, true);
  }, [change]);
  useListKeys(made ? [] : rows, search.at, choose); // a key does not turn the secret away
  const chosen = all.find((row) => row.id === search.at);
  const panel = made ? <Made made={made} close={() => choose(undefined)} />
    : search.make ? <MakePanel made={(answer) => (setMade(answer), change({ make: undefined, at: answer.enrolment.id }, true))} close={() => choose(undefined)} />
    : chosen && <Detail key={chosen.id} row={chosen} close={() => choose(undefined)} />;
  const bar = data && (
    <>
      <SearchBox first label={t('enrolments.find')} text={search.name} change={(name) => change({ name }, true)} />
      <Toggles label={t('enrolments.state')} chosen={search.state} choose={(state) => change({ state: state as EnrolmentSearch['state'] })}
        offered={enrolmentStates.map((word) => ({ word, text: t(`enrolments.states.${word}`), count: all.filter((row) => row.state === word).length }))} />
      <Toggles label={t('enrolments.kind')} chosen={search.kind} choose={(kind) => change({ kind: kind as Kind })}
        offered={enrolmentKinds.map((word) => ({ word, text: t(`enrolments.kinds.${word}`), count: all.filter((row) => row.kind === word).length }))} />
      {may('post_enrolments') && <button type="button" className="button primary" onClick={() => change({ make: '1', at: undefined })}>{t('enrolments.make')}</button>}
    </>
  );
  return (
    <ListPage panel={panel} bar={bar} foot={data && t('enrolments.shown', { count: rows.length })}>
      <Listed error={!data && error} again={refetch} rows={data && rows} title={t('enrolments.emptyTitle')} text={t(all.length === 0 ? 'enrolments.emptyNone' : 'enrolments.emptyFiltered')}
        clear={all.length > 0 && (() => change({ state: undefined, kind: undefined, name: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('enrolments.list')} at={search.at} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
