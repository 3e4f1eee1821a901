import { expect, it } from 'vitest';
import { joinsAdministrators, mainRole, mayJudge, mayOf, shownRoles } from './roles';

it('lets analysts and engineers judge', () => {
  expect(mayJudge(['analyst'])).toBe(true);
  expect(mayJudge(['engineer', 'system'])).toBe(true);
  expect(mayJudge(['viewer', 'system', 'security', 'audit'])).toBe(false);
  expect(mayJudge([])).toBe(false);
});

it('says that an account has no role yet', () => {
  expect(shownRoles([])).toEqual(['none']);
  expect(mainRole([])).toBe('none');
  expect(mainRole(['viewer', 'analyst'])).toBe('analyst');
});

it('what may be done is the union over the roles', () => {
  const table = { separated: false, roles: [{ role: 'audit' as const, may: ['get_audit'] }, { role: 'system' as const, may: ['get_users', 'get_outputs'] }] };
  const may = mayOf(['audit', 'system'], table);
  expect(may('get_audit') && may('get_outputs')).toBe(true);
  expect(may('get_tokens')).toBe(false);
  expect(mayOf([], table)('get_audit')).toBe(false);
});

it('two administrators in one hand', () => {
  expect(joinsAdministrators(['system', 'audit'])).toBe(true);
  expect(joinsAdministrators(['engineer', 'system'])).toBe(false);
});
