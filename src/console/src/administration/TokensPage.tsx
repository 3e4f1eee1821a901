// Tokens: with which programs, sensors and lower centers speak to this center. A secret is shown once.
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeToken, revokeToken, type Role, type Token, tokensQuery } from '../api/administration';
import type { Schemas } from '../api/client';
import { rolesQuery } from '../api/session';
import { Check, CopyText, Field, formStyles as styles, Refusal, Sample, SearchBox, Steps, textOf } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useNow } from '../frame/useNow';
import { useMay } from '../frame/usePages';
import { administrators } from '../logic/roles';
import { clock, fromField, toMinute } from '../logic/time';
import { type TokenSearch, tokenStates } from './search';

const route = getRouteApi('/inside/tokens');
type State = (typeof tokenStates)[number];
type Change = (next: Partial<TokenSearch>, replace?: boolean) => void;

const stateOf = (token: Token, now: number): State => (token.expires !== null && Date.parse(token.expires) <= now ? 'expired' : 'valid');

function useColumns(now: number): Column<Token>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'name' | 'role' | 'source' | 'organisation' | 'by' | 'created' | 'expires') => ({ name, head: t(`tokens.${name}`) });
  const source = (row: Token) => (row.source === '' ? '–' : row.relay ? t('tokens.relayOf', { source: row.source }) : row.source);
  return [
    { ...head('name'), least: 140, share: 1, cell: (row) => <b>{row.name}</b>, tip: (row) => row.name },
    { ...head('role'), least: 132, share: 1, cell: (row) => t(`roles.${row.role}`) },
    { ...head('source'), least: 140, share: 1, cell: source, tip: source },
    { ...head('organisation'), least: 120, share: 1, cell: (row) => row.organisation || t('form.whole'), tip: (row) => row.organisation },
    { ...head('expires'), least: 140, cell: (row) => row.expires === null ? t('tokens.never') : <span className={stateOf(row, now) === 'expired' ? styles.bad : 'mono'}>{stateOf(row, now) === 'expired' ? t('tokens.states.expired') : toMinute(row.expires, zone)}</span> },
    { ...head('by'), least: 100, spare: true, cell: (row) => row.by, tip: (row) => row.by },
    { ...head('created'), least: 140, mono: true, spare: true, cell: (row) => toMinute(row.created, zone), tip: (row) => row.created },
  ];
}

// How it is used, by what it is for.
function Use({ made }: { made: Schemas['NewTokenAnswer'] }) {
  const { t } = useTranslation();
  const text = made.role !== 'ingest' ? `curl -H 'Authorization: Bearer ${made.secret}' ${location.origin}/api/v1/auth/session`
    : made.relay ? `langyan-center --set uplink.url=${location.origin} --set uplink.token_file=FILE`
    : `langyan-sensor -i INTERFACE --set sensor.name=${made.source || 'NAME'} --set uplink.url=${location.origin} --set uplink.token_file=FILE`;
  return (
    <section>
      {made.role === 'viewer' && made.expires && (
        <>
          <h3>{t('tokens.onWall')}</h3>
          <CopyText text={`${location.origin}/wall#${made.secret}`} label={t('tokens.onWall')} />
          <p className={styles.quiet}>{t('tokens.onWallTold')}</p>
        </>
      )}
      <h3>{t('tokens.use')}</h3>
      <Sample>{text}</Sample>
      {made.role === 'ingest' && <p className={styles.quiet}>{t('tokens.useFile')}</p>}
    </section>
  );
}

function Made({ made, close }: { made: Schemas['NewTokenAnswer']; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Panel label={t('tokens.made')} head={<b>{t('tokens.made')}</b>} close={close}>
      <h2>{made.name}</h2>
      <p role="status" className={styles.told} data-bad>{t('form.secret')}</p>
      <CopyText text={made.secret} label={t('tokens.secret')} />
      <Use made={made} />
    </Panel>
  );
}

function MakePanel({ made, close }: { made: (token: Schemas['NewTokenAnswer']) => void; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { roles } = useSuspenseQuery(rolesQuery).data;
  const [role, setRole] = useState<Role>('ingest');
  const take = useMutation({ mutationFn: (body: Schemas['NewToken']) => makeToken(body), onSuccess: made });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = Object.fromEntries(['name', 'organisation', 'source'].flatMap((name) => (textOf(form, name) ? [[name, textOf(form, name)]] : [])));
    const expires = fromField(textOf(form, 'expires'), zone);
    take.mutate({ role, ...given, ...(form.get('relay') && { relay: true }), ...(expires && { expires }) });
  };
  return (
    <Panel label={t('tokens.make')} head={<b>{t('tokens.make')}</b>} close={close}>
      <form className={styles.form} onSubmit={submit} autoComplete="off">
        <Field name={t('tokens.role')} hint={t('tokens.roleHint')}>
          <select value={role} onChange={(event) => setRole(event.target.value as Role)} autoFocus>
            {roles.filter((row) => !administrators.includes(row.role)).map((row) => <option key={row.role} value={row.role}>{t(`roles.${row.role}`)}</option>)}
          </select>
        </Field>
        <p className={styles.quiet}>{t(`roleTold.${role}`)}</p>
        {role === 'ingest' && (
          <>
            <Field name={t('tokens.source')} hint={t('tokens.sourceHint')}><input name="source" maxLength={64} autoComplete="off" spellCheck={false} /></Field>
            <Check said={t('tokens.relay')} name="relay" value="1" />
          </>
        )}
        <Field name={t('tokens.name')} hint={t('tokens.nameHint')}><input name="name" maxLength={64} autoComplete="off" spellCheck={false} /></Field>
        <div className={styles.pair}>
          <Field name={t('tokens.organisation')} hint={t('tokens.organisationHint')}><input name="organisation" maxLength={255} autoComplete="off" spellCheck={false} /></Field>
          <Field name={t('tokens.expires')} hint={`(${t(`top.${zone}`)})`}><input type="datetime-local" name="expires" /></Field>
        </div>
        <p className={styles.quiet}>{t('tokens.hostOnly')}</p>
        <Refusal error={take.error} />
        <div className={styles.buttons}><button type="submit" className="button primary" disabled={take.isPending}>{t('tokens.makeGo')}</button></div>
      </form>
    </Panel>
  );
}

function Detail({ token, now, close }: { token: Token; now: number; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const may = useMay();
  return (
    <Panel label={t('tokens.detail')} head={<span>{t(`tokens.states.${stateOf(token, now)}`)}</span>} close={close}>
      <h2>{token.name}</h2>
      <Steps steps={may('delete_tokens_id') ? [{ word: 'revoke', name: t('tokens.revoke'), text: t(token.role === 'ingest' ? 'tokens.revokeSource' : 'tokens.revokeText'), act: () => revokeToken(token.id), done: close }] : []} />
      <Facts rows={[
        [t('tokens.role'), t(`roles.${token.role}`)],
        [t('tokens.source'), token.source || '–'],
        [t('tokens.relayShort'), token.relay ? t('tokens.yes') : t('tokens.no')],
        [t('tokens.organisation'), token.organisation || t('form.whole')],
        [t('tokens.by'), token.by],
        [t('tokens.created'), <span className="mono">{clock(token.created, zone, true)}</span>],
        [t('tokens.expires'), token.expires === null ? t('tokens.never') : <span className="mono">{clock(token.expires, zone, true)}</span>],
        [t('tokens.id'), <span className="mono">{token.id}</span>],
      ]} />
      {may('get_audit') && <p><Link className="button" to="/audit" search={{ object: token.id }}>{t('accounts.history')}</Link></p>}
    </Panel>
  );
}

function Bar({ all, now, search, change }: { all: readonly Token[]; now: number; search: TokenSearch; change: Change }) {
  const { t } = useTranslation();
  const may = useMay();
  const given = useSuspenseQuery(rolesQuery).data.roles.map(({ role }) => ({ word: role, text: t(`roles.${role}`), count: all.filter((token) => token.role === role).length }));
  return (
    <>
      <SearchBox first label={t('tokens.find')} text={search.name} change={(name) => change({ name }, true)} />
      <Toggles label={t('tokens.state')} chosen={search.state} choose={(state) => change({ state: state as State })}
        offered={tokenStates.map((word) => ({ word, text: t(`tokens.states.${word}`), count: all.filter((token) => stateOf(token, now) === word).length }))} />
      <Toggles label={t('tokens.role')} chosen={search.role} choose={(role) => change({ role })} offered={given.filter((row) => row.count > 0 || row.word === search.role)} />
      {may('post_tokens') && <button type="button" className="button primary" onClick={() => change({ make: '1', at: undefined })}>{t('tokens.make')}</button>}
    </>
  );
}

export function TokensPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/tokens' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const now = useNow(30_000);
  const { data, error, refetch } = useQuery(tokensQuery);
  const [made, setMade] = useState<Schemas['NewTokenAnswer']>(); // a secret stands in no URL
  const all = data?.tokens ?? [];
  const part = search.name;
  const rows = all.filter((token) => (!search.state || stateOf(token, now) === search.state) && (!search.role || token.role === search.role)
    && (!part || [token.name, token.source, token.id].some((text) => text.includes(part))));
  const columns = useColumns(now);
  const choose = useCallback((at: string | undefined) => {
    setMade(undefined);
    change({ at, make: undefined }, true);
  }, [change]);
  useListKeys(made ? [] : rows, search.at, choose); // a key does not turn the secret away
  const chosen = all.find((token) => token.id === search.at);
  const panel = made ? <Made made={made} close={() => choose(undefined)} />
    : search.make ? <MakePanel made={(token) => (setMade(token), change({ make: undefined, at: token.id }, true))} close={() => choose(undefined)} />
    : chosen && <Detail key={chosen.id} token={chosen} now={now} close={() => choose(undefined)} />;
  return (
    <ListPage panel={panel} bar={data && <Bar all={all} now={now} search={search} change={change} />} foot={data && t('tokens.shown', { count: rows.length })}>
      <Listed error={!data && error} again={refetch} rows={data && rows} title={t('tokens.emptyTitle')} text={t(all.length === 0 ? 'tokens.emptyNone' : 'tokens.emptyFiltered')}
        clear={all.length > 0 && (() => change({ state: undefined, role: undefined, name: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('tokens.list')} at={search.at} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
