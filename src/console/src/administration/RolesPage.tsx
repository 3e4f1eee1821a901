// Roles: what each may do, by the center's own table of routes, and whether administrators are kept apart.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiOperation, operationsQuery, useActName } from '../api/acts';
import type { Role } from '../api/administration';
import type { Schemas } from '../api/client';
import { rolesQuery, sessionQuery } from '../api/session';
import { formStyles as styles, SearchBox } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { CheckIcon } from '../frame/icons';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { Toggles } from '../frame/Toggles';
import { useMay } from '../frame/usePages';
import type { RoleSearch } from './search';

const route = getRouteApi('/inside/roles');
type Table = Schemas['RoleTable'];
type Change = (next: Partial<RoleSearch>, replace?: boolean) => void;

const holdersOf = (table: Table, id: string): Role[] => table.roles.filter((row) => row.may.includes(id)).map((row) => row.role);

function Mark({ has }: { has: boolean }) {
  const { t } = useTranslation();
  return has ? <><CheckIcon size={14} /><span className="hidden">{t('tokens.yes')}</span></> : <span className={styles.quiet} aria-label={t('tokens.no')} role="img">·</span>;
}

function useColumns(table: Table): Column<ApiOperation>[] {
  const { t } = useTranslation();
  const act = useActName();
  return useMemo(() => [
    { name: 'operation', head: t('rolesPage.operation'), least: 180, share: 3, cell: (row) => act(row.id, row.summary), tip: (row) => act(row.id, row.summary) },
    { name: 'path', head: t('rolesPage.path'), least: 240, share: 2, mono: true, spare: true, cell: (row) => `${row.method} ${row.path}`, tip: (row) => `${row.method} ${row.path}` },
    ...table.roles.map(({ role, may }): Column<ApiOperation> => ({
      name: role, head: t(`roleShort.${role}`), title: `${t(`roles.${role}`)}: ${t(`roleTold.${role}`)}`, least: 68, cell: (row) => <Mark has={may.includes(row.id)} />,
    })),
  ], [table, t, act]);
}

function Detail({ row, table, close }: { row: ApiOperation; table: Table; close: () => void }) {
  const { t } = useTranslation();
  const act = useActName();
  const may = useMay();
  const holders = holdersOf(table, row.id);
  return (
    <Panel label={t('rolesPage.detail')} head={<b className="mono">{row.method}</b>} close={close}>
      <h2>{act(row.id, row.summary)}</h2>
      <Facts rows={[
        [t('rolesPage.path'), <span className="mono">{row.path}</span>],
        [t('rolesPage.id'), <span className="mono">{row.id}</span>],
        [t('rolesPage.holders'), holders.map((role) => t(`roles.${role}`)).join(' · ') || t('rolesPage.nobody')],
        [t('rolesPage.you'), may(row.id as Parameters<typeof may>[0]) ? t('tokens.yes') : t('tokens.no')],
      ]} />
      {may('get_audit') && row.method !== 'GET' && <p><Link className="button" to="/audit" search={{ action: row.id }}>{t('rolesPage.done')}</Link></p>}
    </Panel>
  );
}

function Bar({ table, search, change }: { table: Table; search: RoleSearch; change: Change }) {
  const { t } = useTranslation();
  return (
    <>
      <SearchBox first label={t('rolesPage.find')} text={search.name} change={(name) => change({ name }, true)} />
      <Toggles label={t('accounts.roles')} chosen={search.role} choose={(role) => change({ role })}
        offered={table.roles.map(({ role, may }) => ({ word: role, text: t(`roleShort.${role}`), count: may.length }))} />
      <span className={styles.quiet}>{search.role && search.role in t('roleTold', { returnObjects: true }) ? t(`roleTold.${search.role as Role}`) : t(table.separated ? 'rolesPage.separated' : 'rolesPage.together')}</span>
    </>
  );
}

export function RolesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/roles' });
  const change: Change = useCallback((next, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const act = useActName();
  const { roles: own } = useSuspenseQuery(sessionQuery).data;
  const table = useSuspenseQuery(rolesQuery).data;
  const { data, error, refetch } = useQuery(operationsQuery);
  const listed = new Set(table.roles.flatMap((row) => row.may)); // the rest needs no role, or the host
  const part = search.name?.toLowerCase();
  const rows = data?.filter((row) => listed.has(row.id) && (!search.role || holdersOf(table, row.id).includes(search.role as Role))
    && (!part || `${act(row.id, row.summary)} ${row.method} ${row.path}`.toLowerCase().includes(part)));
  const columns = useColumns(table);
  const choose = useCallback((at: string | undefined) => change({ at }, true), [change]);
  useListKeys(rows, search.at, choose);
  const chosen = data?.find((row) => row.id === search.at);
  const panel = chosen && <Detail row={chosen} table={table} close={() => choose(undefined)} />;
  return (
    <ListPage panel={panel} bar={<Bar table={table} search={search} change={change} />}
      foot={rows && `${t('rolesPage.shown', { count: rows.length })} · ${t('rolesPage.yours', { roles: own.map((role) => t(`roles.${role}`)).join(' · ') || t('roles.none') })}`}>
      <Listed error={!data && error} again={refetch} rows={rows} title={t('rolesPage.emptyTitle')} text={t('rolesPage.emptyText')}
        clear={() => change({ role: undefined, name: undefined })}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('rolesPage.list')} at={search.at} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
