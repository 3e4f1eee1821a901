// Accounts, tokens, outputs, storage: what administrators read and change.
import { queryOptions } from '@tanstack/react-query';
import { ask, client, type Schemas } from './client';
import { cache } from './session';

export type User = Schemas['User'];
export type Token = Schemas['Token'];
export type Enrolment = Schemas['Enrolment'];
export type Output = Schemas['Output'];
export type OutputKind = Schemas['OutputKinds']['kinds'][number];
export type Role = Schemas['Role'];
export type Storage = Schemas['Storage'];
const every = 15_000;
const while_it_works = 5_000;

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => ask(client.GET('/api/v1/users')), refetchInterval: every });
export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: () => ask(client.GET('/api/v1/tokens')), refetchInterval: every });
export const enrolmentsQuery = queryOptions({ queryKey: ['enrolments'], queryFn: () => ask(client.GET('/api/v1/enrolments')), refetchInterval: while_it_works });
export const outputsQuery = queryOptions({ queryKey: ['outputs'], queryFn: () => ask(client.GET('/api/v1/outputs')), refetchInterval: while_it_works });
export const outputKindsQuery = queryOptions({ queryKey: ['output-kinds'], queryFn: () => ask(client.GET('/api/v1/output-kinds')), staleTime: Infinity });
export const storageQuery = queryOptions({ queryKey: ['storage'], queryFn: () => ask(client.GET('/api/v1/storage')), refetchInterval: every });
export const versionQuery = queryOptions({ queryKey: ['version'], queryFn: () => ask(client.GET('/version')), staleTime: Infinity });

const again = (key: string) => <T>(answer: T): Promise<T> => cache.invalidateQueries({ queryKey: [key] }).then(() => answer);
const named = (name: string) => ({ params: { path: { name } } });
const numbered = (id: string) => ({ params: { path: { id } } });

export const makeUser = (body: Schemas['NewUser']) => ask(client.POST('/api/v1/users', { body })).then(again('users'));
export const changeUser = (name: string, body: Schemas['UserChange']) => ask(client.PATCH('/api/v1/users/{name}', { ...named(name), body })).then(again('users'));
export const giveRoles = (name: string, body: Schemas['RolesGiven']) => ask(client.PUT('/api/v1/users/{name}/roles', { ...named(name), body })).then(again('users'));
export const removeUser = (name: string) => ask(client.DELETE('/api/v1/users/{name}', named(name))).then(again('users'));

export const makeToken = (body: Schemas['NewToken']) => ask(client.POST('/api/v1/tokens', { body })).then(again('tokens'));
export const revokeToken = (id: string) => ask(client.DELETE('/api/v1/tokens/{id}', numbered(id))).then(again('tokens'));

export const makeEnrolment = (body: Schemas['NewEnrolment']) => ask(client.POST('/api/v1/enrolments', { body })).then(again('enrolments'));
export const revokeEnrolment = (id: string) => ask(client.DELETE('/api/v1/enrolments/{id}', numbered(id))).then(again('enrolments'));

export const makeOutput = (body: Schemas['NewOutput']) => ask(client.POST('/api/v1/outputs', { body })).then(again('outputs'));
export const changeOutput = (id: string, body: Schemas['OutputChange']) => ask(client.PATCH('/api/v1/outputs/{id}', { ...numbered(id), body })).then(again('outputs'));
export const removeOutput = (id: string) => ask(client.DELETE('/api/v1/outputs/{id}', numbered(id))).then(again('outputs'));
export const testOutput = (id: string) => ask(client.POST('/api/v1/outputs/{id}/test', numbered(id)));
