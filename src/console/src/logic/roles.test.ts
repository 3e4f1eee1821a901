import { expect, it } from 'vitest';
import { mainRole, mayJudge, shownRoles } from './roles';

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
