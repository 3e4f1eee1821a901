// Accounts: who may sign in, with which roles, and what each sees. The system administrator makes them, the security administrator gives roles.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeUser, giveRoles, makeUser, removeUser, type Role, type User, usersQuery } from '../api/administration';
import { rolesQuery, sessionQuery } from '../api/session';
import { Check, Field, formStyles as styles, SaveForm, SearchBox, type Step, Steps, textOf } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useMay } from '../frame/usePages';
import { joinsAdministrators, shownRoles } from '../logic/roles';
import { clock, toMinute } from '../logic/time';
import { type AccountSearch, accountStates } from './search';

const route = getRouteApi('/inside/accounts');
type Row = User & { id: string };
type State = (typeof accountStates)[number];
type Change = (next: Partial<AccountSearch>, replace?: boolean) => void;

const stateOf = (user: User): State => (user.disabled ? 'disabled' : user.roles.length === 0 ? 'roleless' : 'active');

function useRoleNames(): (roles: readonly Role[]) => string {
  const { t } = useTranslation();
  return (roles) => shownRoles(roles).map((role) => t(`roles.${role}`)).join(' · ');
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const names = useRoleNames();
  const head = (name: 'name' | 'roles' | 'organisation' | 'state' | 'password' | 'changed') => ({ name, head: t(`accounts.${name}`) });
  return [
    { ...head('name'), least: 140, share: 1, cell: (row) => <b>{row.name}</b>, tip: (row) => row.name },
    { ...head('state'), least: 116, cell: (row) => <span className={row.disabled ? styles.bad : undefined}>{t(`accounts.states.${stateOf(row)}`)}</span> },
    { ...head('roles'), least: 180, share: 3, cell: (row) => names(row.roles), tip: (row) => names(row.roles) },
    { ...head('organisation'), least: 120, share: 1, cell: (row) => row.organisation || t('form.whole'), tip: (row) => row.organisation },
    { ...head('password'), least: 116, spare: true, cell: (row) => (row.has_password ? t('accounts.set') : t('accounts.none')) },
    { ...head('changed'), least: 140, mono: true, spare: true, cell: (row) => toMinute(row.changed, zone), tip: (row) => row.changed },
  ];
}

function PasswordField({ hint, required }: { hint: string; required?: boolean }) {
  const { t } = useTranslation();
  return <Field name={t('accounts.newPassword')} hint={hint}><input type="password" name="password" minLength={10} maxLength={128} required={required} autoComplete="new-password" /></Field>;
}

function MakePanel({ made, close }: { made: (name: string) => void; close: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Panel label={t('accounts.make')} head={<b>{t('accounts.make')}</b>} close={close}>
      <p>{may('put_users_name_roles') ? t('accounts.makeText') : t('accounts.makeTextOnly')}</p>
      <SaveForm name={t('accounts.makeGo')} save={async (form) => {
        const password = textOf(form, 'password');
        made((await makeUser({ name: textOf(form, 'name'), ...(password && { password }) })).name);
      }}>
        <Field name={t('accounts.name')} hint={t('accounts.nameHint')}>
          <input name="name" required maxLength={64} pattern="[a-z0-9][a-z0-9._@\-]*" autoComplete="off" spellCheck={false} autoFocus />
        </Field>
        <PasswordField hint={t('accounts.passwordHint')} />
      </SaveForm>
    </Panel>
  );
}

// All roles with a word on each; more than one administrator's role is told of, or refused where they are to be apart.
function RolesForm({ user }: { user: User }) {
  const { t } = useTranslation();
  const { separated, roles: table } = useSuspenseQuery(rolesQuery).data;
  const [chosen, setChosen] = useState<readonly Role[]>(user.roles);
  const joined = joinsAdministrators(chosen);
  const changed = (role: Role, on: boolean) => setChosen(table.map((row) => row.role).filter((each) => (each === role ? on : chosen.includes(each))));
  return (
    <section>
      <h3>{t('accounts.give')}</h3>
      <SaveForm name={t('accounts.giveGo')} told={t('accounts.given')} disabled={joined && separated} save={(form) => giveRoles(user.name, { roles: [...chosen], organisation: textOf(form, 'organisation') })}>
        <div role="group" aria-label={t('accounts.roles')}>
          {table.filter(({ role }) => role !== 'ingest' || chosen.includes(role)).map(({ role }) => (
            <Check key={role} said={<>{t(`roles.${role}`)} <small>{t(`roleTold.${role}`)}</small></>} checked={chosen.includes(role)} onChange={(event) => changed(role, event.target.checked)} />
          ))}
        </div>
        {joined && <p role="status" className={styles.told} data-bad>{separated ? t('accounts.joinedRefused') : t('accounts.joined')}</p>}
        <Field name={t('accounts.organisation')} hint={t('accounts.organisationHint')}>
          <input name="organisation" defaultValue={user.organisation} maxLength={255} autoComplete="off" spellCheck={false} />
        </Field>
      </SaveForm>
    </section>
  );
}

function useSteps(user: User, gone: () => void): Step[] {
  const { t } = useTranslation();
  const may = useMay();
  const steps: Step[] = [];
  if (may('patch_users_name')) {
    const disabled = !user.disabled;
    steps.push({ word: 'password', name: t('accounts.setPassword'), text: may('put_users_name_roles') ? t('accounts.passwordKeeps') : t('accounts.passwordTakes'),
      fields: <PasswordField hint={t('password.freshHint')} required />, act: (form) => changeUser(user.name, { password: textOf(form, 'password') }) });
    if (user.second_factor)
      steps.push({ word: 'factor', name: t('accounts.takeFactor'), text: t('accounts.takeFactorText'), act: () => changeUser(user.name, { second_factor: false }) });
    steps.push({ word: disabled ? 'disable' : 'enable', name: disabled ? t('accounts.disable') : t('accounts.enable'), text: disabled ? t('accounts.disableText') : t('accounts.enableText'),
      act: () => changeUser(user.name, { disabled }) });
  }
  if (may('delete_users_name')) steps.push({ word: 'remove', name: t('accounts.remove'), text: t('accounts.removeText', { name: user.name }), act: () => removeUser(user.name), done: gone });
  return steps;
}

function Detail({ user, close }: { user: User; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const may = useMay();
  const names = useRoleNames();
  const own = useSuspenseQuery(sessionQuery).data.name === user.name;
  const steps = useSteps(user, close);
  return (
    <Panel label={t('accounts.detail')} head={<span>{t(`accounts.states.${stateOf(user)}`)}</span>} close={close}>
      <h2>{user.name}</h2>
      {own ? <p>{t('accounts.own')}</p> : <Steps key={`steps ${user.changed}`} steps={steps} />}
      <Facts rows={[
        [t('accounts.roles'), names(user.roles)],
        [t('accounts.organisation'), user.organisation || t('form.whole')],
        [t('accounts.password'), user.has_password ? t('accounts.set') : <>{t('accounts.none')}: <code className="mono">langyan link --data DIR --user {user.name}</code></>],
        [t('accounts.factor'), user.second_factor ? t('accounts.set') : t('accounts.none')],
        [t('accounts.created'), <span className="mono">{clock(user.created, zone, true)}</span>],
        [t('accounts.changed'), <span className="mono">{clock(user.changed, zone, true)}</span>],
      ]} />
      {!own && may('put_users_name_roles') && <RolesForm key={`roles ${user.changed}`} user={user} />}
      {may('get_audit') && <p><Link className="button" to="/audit" search={{ object: user.name }}>{t('accounts.history')}</Link></p>}
    </Panel>
  );
}

function Bar({ all, search, change }: { all: readonly User[]; search: AccountSearch; change: Change }) {
  const { t } = useTranslation();
  const may = useMay();
  const held = useSuspenseQuery(rolesQuery).data.roles.map(({ role }) => ({ word: role, text: t(`roles.${role}`), count: all.filter((user) => user.roles.includes(role)).length }));
  return (
    <>
      <SearchBox first label={t('accounts.find')} text={search.name} change={(name) => change({ name }, true)} />
      <Toggles label={t('accounts.state')} chosen={search.state} choose={(state) => change({ state: state as State })}
        offered={accountStates.map((word) => ({ word, text: t(`accounts.states.${word}`), count: all.filter((user) => stateOf(user) === word).length }))} />
      <Toggles label={t('accounts.roles')} chosen={search.role} choose={(role) => change({ role })} offered={held.filter((row) => row.count > 0 || row.word === search.role)} />
      {may('post_users') && <button type="button" className="button primary" onClick={() => change({ make: '1', at: undefined })}>{t('accounts.make')}</button>}
    </>
  );
}

export function AccountsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/accounts' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const { data, error, refetch } = useQuery(usersQuery);
  const all = data?.users ?? [];
  const rows = all
    .filter((user) => (!search.state || stateOf(user) === search.state) && (!search.role || user.roles.includes(search.role as Role)) && (!search.name || user.name.includes(search.name)))
    .map((user): Row => ({ ...user, id: user.name }));
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at, make: undefined }, true), [change]);
  useListKeys(rows, search.at, choose);
  const chosen = all.find((user) => user.name === search.at);
  const panel = search.make ? <MakePanel made={(at) => change({ at, make: undefined }, true)} close={() => change({ make: undefined }, true)} />
    : chosen && <Detail key={chosen.name} user={chosen} close={() => choose(undefined)} />;
  return (
    <ListPage panel={panel} bar={data && <Bar all={all} search={search} change={change} />} foot={data && t('accounts.shown', { count: rows.length })}>
      <Listed error={!data && error} again={refetch} rows={data && rows} title={t('accounts.emptyTitle')} text={t(all.length === 0 ? 'accounts.emptyNone' : 'accounts.emptyFiltered')}
        clear={all.length > 0 && (() => change({ state: undefined, role: undefined, name: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('accounts.list')} at={search.at} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
