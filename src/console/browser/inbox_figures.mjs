// What the inbox takes: first paint with 100,000 alerts in the store, `j` with 10,000 rows loaded, each
// beside an empty page in the same browser and run. usage: inbox_figures.mjs BIN_FOLDER CONSOLE_FOLDER
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { Plant } from './plant.mjs';

const [bin, assets] = process.argv.slice(2);
const alerts = 100_000, loaded = 10_000, presses = 200, loads = 7;
const profile = mkdtempSync(join(tmpdir(), 'langyan-figures-'));
const plant = new Plant(bin, assets);
const empty = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>empty</title><p>empty</p>'));

const sorted = (list) => [...list].sort((a, b) => a - b);
const at = (list, part) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * part))];
const shown = (list) => `median ${at(list, 0.5).toFixed(1)} ms, 95 % ${at(list, 0.95).toFixed(1)} ms, longest ${at(list, 1).toFixed(1)} ms`;

// First contentful paint of one load, and when `rows` was first in the document.
async function paint(page, address, rows) {
  await page.goto(address);
  if (rows) await page.locator(rows).first().waitFor();
  return page.evaluate(async (selector) => {
    const first = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    while (first() === undefined) await new Promise((done) => setTimeout(done, 5));
    return { paint: first(), rows: selector ? globalThis.firstRow : undefined };
  }, rows);
}

// From a key to the frame that shows it, and from a key to the next frame of a page that does nothing.
const press = (page, count, pause = 20) =>
  page.evaluate(async ([times, wait]) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const took = [];
    for (let i = 0; i < times; ++i) {
      await new Promise((done) => setTimeout(done, wait));
      await frame();
      const before = document.querySelector('[data-here]')?.getAttribute('data-id');
      const start = performance.now();
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', bubbles: true, cancelable: true }));
      await frame();
      if (document.querySelector('[role=rowgroup]')) while (document.querySelector('[data-here]')?.getAttribute('data-id') === before) await frame();
      took.push(performance.now() - start);
    }
    return took;
  }, [count, pause]);

async function load(page, view) {
  await page.goto(`${plant.url}/alerts?since=all${view}`);
  const grid = page.locator(':is([role=grid], [role=treegrid])');
  await grid.waitFor();
  const rows = () => grid.evaluate((element) => element.querySelector('[role=rowgroup]').clientHeight / 28);
  while ((await rows()) < loaded) {
    await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await wait(50);
  }
  await grid.evaluate((element) => element.scrollTo({ top: 0 }));
  await page.locator('[aria-rowindex="2"]').waitFor();
  return rows();
}

try {
  await plant.ready();
  const begun = performance.now();
  await plant.deliver('crowd', alerts, { groups: 20_000, apart: 800 });
  console.log(`${alerts} alerts delivered in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await new Promise((done) => empty.listen(0, '127.0.0.1', done));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.LANGYAN_BROWSER ?? '/usr/bin/chromium', headless: true, viewport: { width: 1600, height: 900 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  });
  await context.addInitScript(() => {
    new MutationObserver((_, self) => {
      if (!document.querySelector('[role=rowgroup] [data-id]')) return;
      globalThis.firstRow = performance.now();
      self.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  const page = context.pages()[0];
  await page.goto(plant.langyan('link', '--user', 'chen', '--role', 'analyst'));
  await page.goto(`${plant.url}/alerts`);
  await page.locator('[role=treegrid]').waitFor();
  const nothing = `http://127.0.0.1:${empty.address().port}/`, times = { empty: [], alerts: [], groups: [], single: [] };
  for (let i = 0; i < loads; ++i) { // by turns, so that a busy moment meets all
    times.empty.push((await paint(page, nothing)).paint);
    const grouped = await paint(page, `${plant.url}/alerts?since=all`, '[role=rowgroup] [data-id]');
    times.alerts.push(grouped.paint), times.groups.push(grouped.rows);
    times.single.push((await paint(page, `${plant.url}/alerts?since=all&as=single`, '[role=rowgroup] [data-id]')).rows);
  }
  console.log(`empty page, first paint: ${shown(times.empty)}`);
  console.log(`Alerts, ${alerts} in the store, first paint: ${shown(times.alerts)}; ${(at(times.alerts, 0.5) / at(times.empty, 0.5)).toFixed(1)} times the empty page`);
  console.log(`Alerts, first row of groups: ${shown(times.groups)}; of single alerts: ${shown(times.single)}`);
  await page.goto(nothing);
  const base = await press(page, presses);
  console.log(`empty page, a key to the next frame: ${shown(base)}`);
  for (const [name, view] of [['groups', ''], ['single alerts', '&as=single']]) {
    const rows = await load(page, view);
    const took = await press(page, presses);
    console.log(`j with ${rows} ${name} loaded: ${shown(took)}; ${(at(took, 0.5) / at(base, 0.5)).toFixed(1)} times the empty page`);
    console.log(`… pressed every 400 ms, so that the URL follows each: ${shown(await press(page, presses / 4, 400))}`);
  }
  await context.close();
} finally {
  await plant.stop();
  empty.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
