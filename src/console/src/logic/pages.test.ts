import { expect, it } from 'vitest';
import { filled } from './pages';

const pages: Record<string, { rows: string[]; next: string | null }> = {
  '': { rows: [], next: 'b' },
  b: { rows: [], next: 'c' },
  c: { rows: ['found'], next: 'd' },
  d: { rows: [], next: null },
};
const read = (cursor: string) => Promise.resolve(pages[cursor]!);

it('goes on over pages that have no rows', async () => {
  expect(await filled('', read, (page) => page.rows)).toEqual({ rows: ['found'], next: 'd' });
});

it('ends with the last page', async () => {
  expect(await filled('d', read, (page) => page.rows)).toEqual({ rows: [], next: null });
});
