import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { techniques } from './techniques';

const top = new URL('../../../../', import.meta.url).pathname;

it('every technique that a rule or a built-in detection carries has its name', () => {
  const texts = readdirSync(`${top}rules`).filter((name) => name.endsWith('.rules')).map((name) => readFileSync(`${top}rules/${name}`, 'utf8'));
  texts.push(readFileSync(`${top}docs/reference/detections.md`, 'utf8'));
  const carried = new Set(texts.join('\n').match(/T0\d{3}/g));
  expect(carried.size).toBeGreaterThan(10);
  expect([...carried].filter((id) => !techniques[id])).toEqual([]);
});
