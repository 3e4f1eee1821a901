// The nation that run.sh --tiers shows (tests/tiers/nation.py), in a real browser: its situation with 31 provinces of which one is
// silent and one behind, lower centers, enterprises, notices in every state. Screenshots go to a folder.
// usage: nation_test.mjs BIN_FOLDER CONSOLE_FOLDER SCREENSHOT_FOLDER
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { axe, bin, everywhere, open, pictures, run, step, until, watch } from './harness.mjs';

const program = resolve(import.meta.dirname, '../../../tests/tiers/nation.py');
const demo = spawn('python3', [program, bin], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(demo, 'exit');
const rows = (page) => page.locator('[role=grid] [data-id]');

// Tier → the link that signs in there.
async function links() {
  const found = new Map();
  for await (const line of createInterface({ input: demo.stdout })) {
    console.log(line);
    const [, name, link] = line.match(/^ {2}(\S+) +(http\S+)/) ?? [];
    if (link) found.set(name, link);
    if (line.startsWith('Ctrl-C')) return found;
  }
  const [code] = await ended;
  if (code === 77) process.exit(process.env.CI === 'true' ? 1 : 77);
  throw new Error(`${program} ended with ${code}`);
}

async function steps() {
  const at = await links();
  const context = await open();
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  const ask = (path) => page.evaluate(async (target) => (await fetch(target)).json(), `/api/v1${path}`);
  const card = (name) => page.getByRole('region', { name, exact: true });

  await step('31 provinces stand on the tile map, each with its risk and link; one is silent, one behind', async () => {
    await page.goto(at.get('nation'));
    await page.getByRole('heading', { name: 'Situation' }).waitFor();
    const map = page.getByRole('group', { name: 'Provinces', exact: true });
    await map.locator('[data-unit="cn/js"]').waitFor();
    const { units } = await ask('/situation/units?limit=200');
    assert.equal(units.length, 31);
    assert.equal(await map.locator('[data-unit]').count(), 31);
    const words = { ok: 'Reporting', silent: 'Silent', lagging: 'Behind' };
    for (const unit of units) {
      const told = await map.locator(`[data-unit="${unit.organisation}"] .hidden`).textContent();
      assert.equal(told, `${unit.province.en}: risk ${unit.risk}, ${unit.alerts.critical} critical and ${unit.alerts.high} high alerts. Link: ${words[unit.link]}.`);
    }
    assert.deepEqual(Object.keys(words).map((link) => units.filter((unit) => unit.link === link).length), [29, 1, 1]);
    const ranked = units.slice(0, 10).map((unit) => unit.province.en);
    assert.deepEqual(await card('Highest risk').getByRole('link').allInnerTexts(), ranked);
    const troubled = (await card('Lower centers').locator('li').allInnerTexts()).map((text) => text.split('\n').slice(0, 2));
    assert.deepEqual(troubled.slice(0, 2), [['Qinghai', 'Silent'], ['Guizhou', 'Behind']]);
    await everywhere(page, 'nation', (language) => page.getByText(language === 'EN' ? 'Heilongjiang' : '黑龙江').first().waitFor(), [1280, 3840]);
  });

  await step('a province shows its enterprises, and the works its alerts', async () => {
    await page.locator('[data-unit="cn/js"]').click();
    await page.locator('[data-unit="cn/js/works-7"]').getByText('青溪水厂').last().waitFor();
    assert.equal(await page.locator('[data-unit]').count(), 4);
    await axe(page, 'a province of the nation');
    await page.screenshot({ path: join(pictures, 'nation-province.png') });
  });

  await step('lower centers: the silent one and the one behind first, and how far behind it is', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await until('all are listed', async () => (await rows(page).count()) >= 20);
    await rows(page).nth(0).filter({ hasText: 'Qinghai' }).getByText('Silent').waitFor();
    await rows(page).nth(1).filter({ hasText: 'Guizhou' }).getByText('Behind').waitFor();
    await rows(page).nth(1).getByText('3 h').waitFor();
    await everywhere(page, 'nation-platforms', (language) => rows(page).nth(1).getByText(language === 'EN' ? 'Behind' : '滞后').waitFor());
  });

  await step('enterprises of every type and level', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await rows(page).first().waitFor();
    const { total } = await ask('/enterprises/overview');
    await page.getByText(`${total} registered`).waitFor();
    await everywhere(page, 'nation-enterprises', (language) => page.getByText(language === 'EN' ? /\d+ registered/ : /共登记 \d+ 家/).waitFor());
  });

  await step('notices in every state, two of them overdue', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await rows(page).first().waitFor();
    const { states, overdue } = await ask('/notices/overview');
    assert.equal(overdue, 2);
    for (const state of states.filter((one) => one.count > 0)) await rows(page).filter({ hasText: new RegExp(state.en, 'i') }).first().waitFor(); // the page before had rows, too
    assert.ok(states.every((state) => state.count > 0));
    await everywhere(page, 'nation-notices', (language) => page.getByText(language === 'EN' ? /^overdue by/ : /^已超期/).first().waitFor());
  });

  await step('the province and the works have consoles of their own', async () => {
    for (const [name, heading] of [['js', 'Situation'], ['works-7', 'Alerts']]) {
      await page.goto(at.get(name));
      await page.getByRole('heading', { name: heading }).waitFor();
      await axe(page, name);
      await page.screenshot({ path: join(pictures, `nation-${name}.png`) });
    }
  });
  await context.close();
}

await run(steps, async () => {
  demo.kill('SIGINT');
  await ended;
});
