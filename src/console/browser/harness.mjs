// What the browser tests share: a real browser that complains of nothing, axe, and pictures of a screen
// in both themes and languages.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { patience } from './plant.mjs';

export const [bin, assets, pictures] = process.argv.slice(2);
const browser_path = process.env.LANGYAN_BROWSER ?? '/usr/bin/chromium';
const axe_source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

function skip(why) {
  console.log(why);
  process.exit(process.env.CI === 'true' ? 1 : 77);
}
if (!existsSync(browser_path)) skip(`${browser_path}: no browser; ./install.sh test installs one`);
if (!existsSync(join(assets, 'index.html'))) skip(`${assets}: the console is not built; src/console/build.sh builds it`);
mkdirSync(pictures, { recursive: true });

export async function until(what, ask, allowed = patience) {
  let last;
  for (const end = Date.now() + allowed; Date.now() < end; await wait(100)) {
    try {
      if (await ask()) return;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`not within ${allowed / 1000} s: ${what}${last ? ` (${last.message})` : ''}`);
}

const profile = mkdtempSync(join(tmpdir(), 'langyan-browser-'));
export const complaints = []; // of the policy, of scripts, of the console
const passed = []; // steps, with the seconds each took
const slowest = 5; // steps that are named at the end
let opened; // the browser, of which a failure leaves a picture

export async function step(name, work) {
  const begun = performance.now();
  await work();
  assert.deepEqual(complaints, [], `${name}: the browser complains`);
  passed.push({ name, seconds: (performance.now() - begun) / 1000 });
}

async function launch(folder) {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: browser_path,
    headless: true,
    viewport: usual_size,
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
      '--disable-dev-shm-usage', '--disable-features=OptimizationHints,MediaRouter,Translate'],
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return context;
}

export const open = async () => (opened = await launch(profile));

// Another browser, in which nobody has signed in; who asks for it closes it.
export const another = () => launch(join(profile, 'another'));

export function watch(page) {
  page.setDefaultTimeout(patience);
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // Being asked who one is before signing in is no fault.
    if (/status of 401/.test(message.text()) && /auth\/(session|login|wall)|\/roles$/.test(message.location().url)) return;
    complaints.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
}

export async function axe(page, where) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe_source); // through the debugger, which the policy does not bind
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] }));
  assert.deepEqual(
    found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id} ${node.target} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`)),
    [],
    `axe on ${where}`,
  );
}

const usual_size = { width: 1600, height: 900 };

// No part of the page hangs over its edge.
export async function inside(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);
  assert.equal(over, false, `${where}: the page itself scrolls`);
}

// As if another tab had chosen it.
const choose = (page, theme) =>
  page.evaluate((newValue) => {
    localStorage.setItem('langyan.theme', newValue);
    dispatchEvent(new StorageEvent('storage', { key: 'langyan.theme', newValue, storageArea: localStorage }));
  }, theme);

// A screen in both themes and languages: axe, the lang attribute, a picture. It comes back by itself from a reload, which costs as much
// as three runs of axe, in the first theme; further widths as they are asked for are seen in that one alone: a theme sets colours.
export async function everywhere(page, name, settled, widths = []) {
  for (const theme of ['dark', 'light']) {
    await choose(page, theme);
    if (theme === 'dark') await page.reload();
    await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
    for (const [language, lang] of [['EN', 'en'], ['中文', 'zh-CN']]) {
      await page.getByRole('button', { name: language, exact: true }).click();
      await settled(language);
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
      await page.mouse.move(0, 899);
      await page.evaluate(() => document.fonts.ready);
      await axe(page, `${name}, ${theme}, ${lang}`);
      await page.screenshot({ path: join(pictures, `${name}-${lang.slice(0, 2)}-${theme}.png`) });
      for (const width of theme === 'dark' ? widths : []) {
        await page.setViewportSize({ width, height: Math.round((width * 9) / 16) });
        await inside(page, `${name} at ${width}`);
        await page.screenshot({ path: join(pictures, `${name}-${lang.slice(0, 2)}-${theme}-${width}.png`) });
      }
      if (widths.length > 0) await page.setViewportSize(usual_size);
    }
  }
  await page.getByRole('button', { name: 'EN', exact: true }).click();
}

// Runs the steps, then ends what `stop` ends, and says how many passed.
export async function run(steps, stop) {
  let failed;
  try {
    await steps();
  } catch (error) {
    failed = error;
    console.log(error.stack);
    await opened?.pages().at(-1)?.screenshot({ path: join(pictures, 'failed.png') }).catch(() => undefined);
  } finally {
    await stop();
    await opened?.close().catch(() => undefined); // a failure left it open
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }); // the browser may still write
  }
  for (const { name, seconds } of passed.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowest)) console.log(`${seconds.toFixed(1).padStart(6)} s  ${name}`);
  console.log(`${passed.length} passed, ${failed ? 1 : 0} failed; screenshots in ${pictures}`);
  process.exit(failed ? 1 : 0);
}
