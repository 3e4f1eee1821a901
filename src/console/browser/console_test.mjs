// The console in a real browser before a real center and sensor: what an analyst does in the first
// minutes, with axe on every screen, and no violation of the policy. Screenshots go to a folder.
// usage: console_test.mjs BIN_FOLDER CONSOLE_FOLDER SCREENSHOT_FOLDER
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { assets as inventory } from './assets_steps.mjs';
import { assets, axe, bin, complaints, everywhere, inside, open, pictures, run, step, until, watch } from './harness.mjs';
import { hunt, operations } from './hunt_steps.mjs';
import { inbox } from './inbox_steps.mjs';
import { Plant } from './plant.mjs';

const plant = new Plant(bin, assets);
const rows = (page) => page.locator(':is([role=grid], [role=treegrid]) [data-id]');
const cursor = (page) => page.locator('[role=row][data-here]').getAttribute('data-id');
const state_of = async (id) => (await plant.api(`/api/v1/alerts/${id}`)).alert.state;

async function steps() {
  await plant.ready();
  let context = await open();
  let page = context.pages()[0] ?? (await context.newPage());
  watch(page);

  await step('who has not signed in is led to the sign-in, and back', async () => {
    await page.goto(`${plant.url}/alerts?severity=1`);
    await page.getByRole('heading', { name: 'Langyan' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('next'), '/alerts?severity=1');
    await everywhere(page, 'sign-in', (language) => page.getByRole('button', { name: language === 'EN' ? 'Sign in' : '登录', exact: true }).waitFor());
  });

  await step('a wrong password is refused with what to do', async () => {
    await page.getByLabel('Name').fill('li');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
  });

  await step('a one-time link signs in; an empty center says what comes next', async () => {
    await page.goto(plant.langyan('link', '--user', 'chen', '--role', 'analyst'));
    await page.getByText('No alert here').waitFor();
    await everywhere(page, 'alerts-empty', (language) => page.getByText(language === 'EN' ? 'No alert here' : '没有告警').waitFor());
    await page.goto(`${plant.url}/sensors`);
    await page.goto(`${plant.url}/assets`);
    await everywhere(page, 'assets-empty', (language) => page.getByText(language === 'EN' ? 'No asset yet' : '还没有资产').waitFor());
    await page.goto(`${plant.url}/sensors`);
    await everywhere(page, 'sensors-empty', (language) => page.getByText(language === 'EN' ? 'No sensor has delivered yet' : '还没有探针上报').waitFor());
  });

  await step('alerts are listed, newest first', async () => {
    await page.goto(`${plant.url}/alerts?as=single`);
    await page.getByText('No alert here').waitFor();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    plant.replay('water-works', ['pcaps']);
    await rows(page).first().waitFor(); // an empty list fills by itself
    await page.reload();
    await rows(page).first().waitFor();
    const times = (await plant.api('/api/v1/alerts?limit=50')).alerts.map((row) => row.id);
    assert.ok(times.length > 20);
    assert.equal(await rows(page).first().getAttribute('data-id'), times[0]);
    // Which alert is newest is the captures' matter; its severity stands in the language of the page.
    await everywhere(page, 'alerts', (language) =>
      rows(page).getByText(language === 'EN' ? /Critical|High|Medium|Low/ : /紧急|高危|中危|低危/).first().waitFor({ state: 'attached' }));
  });

  let fresh;
  await step('a new alert arrives while the page is open, and the list stands still', async () => {
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const before = await rows(page).first().getAttribute('data-id');
    const tab = await context.newPage();
    watch(tab);
    const feeds = [];
    tab.on('request', (request) => request.url().endsWith('/stream') && feeds.push(request.url()));
    await tab.goto(`${plant.url}/alerts?as=single`);
    await tab.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await rows(tab).first().waitFor();
    const rules = plant.write('site.rules', 'alert tcp any any -> any 102 (msg:"Site rule"; content:"P_PROGRAM"; priority:2; sid:1000001; rev:1;)\n');
    plant.replay('pump-house', ['pcaps/s7comm/stop.pcap'], '--set', `rules.files=["rules", "${rules}"]`);
    await page.getByRole('button', { name: /^\d+ new$/ }).waitFor();
    assert.equal(await rows(page).first().getAttribute('data-id'), before, 'the list moved under the cursor');
    await tab.getByRole('button', { name: /^\d+ new$/ }).waitFor();
    assert.deepEqual(feeds, [], 'a second tab asks for a feed of its own');
    await page.close(); // the other takes over
    page = tab;
    await until('the second tab reads the feed', () => feeds.length === 1);
    const pill = page.getByRole('button', { name: /^\d+ new$/ });
    await page.screenshot({ path: join(pictures, 'alerts-new.png') });
    const { alerts } = await plant.api('/api/v1/alerts?sensor=pump-house&sid=9120150');
    fresh = alerts[0].id;
    await pill.click();
    await page.locator(`[data-id="${fresh}"]`).waitFor();
    await pill.waitFor({ state: 'detached' });
  });

  await step('it opens with the sentence, why, what to do, and its bytes', async () => {
    await page.locator(`[data-id="${fresh}"]`).click();
    const detail = page.getByRole('complementary', { name: 'Alert in detail' });
    await detail.getByRole('heading', { name: 'S7 CPU stopped' }).waitFor();
    const text = await detail.innerText();
    for (const part of [/sent a command to stop (\S+ )?10\.20\.0\.\d+ \(unit \d+\)/, /outputs take their substitute values/, /Ask the maintenance crew/,
      /T0858 Change Operating Mode/, /Nobody has acted on it yet/, /03 00 00/]) {
      assert.match(text, part);
    }
    await everywhere(page, 'alert', (language) => page.getByRole('heading', { name: language === 'EN' ? 'S7 CPU stopped' : 'S7 CPU 被停机' }).waitFor());
  });

  await step('the matched bytes are marked, and a rule without explanation says where one goes', async () => {
    const { alerts } = await plant.api('/api/v1/alerts?sid=1000001');
    await page.locator(`[data-id="${alerts[0].id}"]`).click();
    await page.getByText('The rule gives no explanation').waitFor();
    const marked = await page.getByRole('region', { name: 'Packet' }).locator('[data-part=match]').allInnerTexts();
    assert.match(marked.join(' '), /50 5f 50 52 4f 47.* 52 41 4d/);
    await axe(page, 'marked bytes');
    await page.screenshot({ path: join(pictures, 'alert-match.png') });
    await page.locator(`[data-id="${fresh}"]`).click();
    await page.getByRole('heading', { name: 'S7 CPU stopped' }).waitFor();
  });

  await step('acknowledged by key; the center says so; undo takes it back; so does a click', async () => {
    await page.locator(`[data-id="${fresh}"]`).waitFor();
    await page.keyboard.press('e');
    await until('the center has it acknowledged', async () => (await state_of(fresh)) === 'acknowledged');
    await page.locator(`[data-id="${fresh}"][data-state=acknowledged]`).waitFor();
    await page.getByText('chen changed New to Acknowledged').waitFor();
    await page.screenshot({ path: join(pictures, 'alert-acknowledged.png') });
    await page.getByRole('button', { name: /^Undo/ }).click();
    await until('the center has it new again', async () => (await state_of(fresh)) === 'new');
    await page.locator(`[data-id="${fresh}"][data-state=new]`).waitFor();
    await page.getByRole('button', { name: 'Acknowledge e' }).click();
    await until('acknowledged by click', async () => (await state_of(fresh)) === 'acknowledged');
    await page.getByRole('button', { name: /^Undo/ }).first().waitFor();
    await page.keyboard.press('u');
    await until('undone by key', async () => (await state_of(fresh)) === 'new');
  });

  await step('a comment and closing are kept, and told in the history', async () => {
    await page.keyboard.press('c');
    await page.keyboard.type('Pump 3, planned: je');
    await page.keyboard.press('Control+Enter');
    await page.getByText('chen commented').waitFor();
    await page.getByRole('button', { name: 'Close alert' }).click();
    await until('closed', async () => (await state_of(fresh)) === 'closed');
    const { history } = await plant.api(`/api/v1/alerts/${fresh}/history`);
    assert.ok(history.some((record) => record.comment === 'Pump 3, planned: je' && record.by === 'chen'));
  });

  await step('what somebody else does shows at once', async () => {
    const other = (await plant.api('/api/v1/alerts?limit=5')).alerts.find((row) => row.state === 'new').id;
    await plant.api('/api/v1/alerts/actions', { method: 'POST', body: JSON.stringify({ action: 'ack', ids: [other] }), headers: { 'Content-Type': 'application/json' } });
    await page.locator(`[data-id="${other}"][data-state=acknowledged]`).waitFor();
  });

  await step('the keyboard alone moves, opens, closes and explains itself', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    const first = await cursor(page);
    await page.keyboard.press('j');
    await until('j moves the cursor', async () => (await cursor(page)) !== first);
    await page.keyboard.press('k');
    await until('k moves it back', async () => (await cursor(page)) === first);
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('go to the filter').waitFor();
    await axe(page, 'the list of keys');
    await page.screenshot({ path: join(pictures, 'keys.png') });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  await step('the palette leads to pages, addresses and alerts, by key alone', async () => {
    const typed = async (text) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.type(text);
    };
    await typed('sens');
    await page.getByRole('option', { name: 'Sensors' }).waitFor();
    await axe(page, 'the palette');
    await page.screenshot({ path: join(pictures, 'palette.png') });
    await page.keyboard.press('Enter');
    await until('the page of sensors', () => new URL(page.url()).pathname === '/sensors');
    await typed('10.20.0.77');
    await page.getByRole('option', { name: 'Alerts of 10.20.0.77' }).waitFor();
    await page.keyboard.press('Enter');
    await until('alerts of the address', () => new URL(page.url()).search === '?ip=10.20.0.77');
    await typed(fresh);
    await page.getByRole('option', { name: `Alert ${fresh}` }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'S7 CPU stopped' }).waitFor();
    await typed('nowhere at all');
    await page.getByText('Nothing of that name').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto(`${plant.url}/alerts?as=single`);
    await rows(page).first().waitFor();
  });

  await step('the first load is small', async () => {
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.includes('/api/')));
    const bytes = ['index.html', ...loaded.map((name) => new URL(name).pathname.slice(1))].reduce((sum, name) => {
      const body = readFileSync(join(assets, name));
      return sum + Math.min(body.length, gzipSync(body).length);
    }, 0);
    console.log(`first load of Alerts: ${loaded.length + 1} files, ${bytes} bytes compressed`);
    assert.ok(bytes > 100_000 && bytes <= 500_000, `${bytes} bytes`);
  });

  await step('filters are in the URL and survive a reload', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('proto:modbus verb:write');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Critical' }).click();
    await page.getByRole('button', { name: '7 d' }).click();
    await until('only those are listed', async () => (await rows(page).count()) === 1);
    const url = new URL(page.url());
    assert.deepEqual([url.searchParams.get('protocol'), url.searchParams.get('verb'), url.searchParams.get('severity'), url.searchParams.get('since')],
      ['modbus', 'write', '1', '7d']);
    await page.reload();
    await until('still only those', async () => (await rows(page).count()) === 1);
    await page.getByText('10.20.0.77').first().waitFor();
    await rows(page).first().click();
    await page.getByRole('heading', { name: 'Modbus write by a host that is no master' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Modbus write by a host that is no master' }).waitFor();
    assert.match(await page.getByRole('complementary').innerText(), /10\.20\.0\.77 sent a command to write 40\d{3}(\.\.40\d{3})? = .+ on (\S+ )?10\.20\.0\.\d+/);
    await everywhere(page, 'alert-write', (language) => page.getByRole('heading', { name: language === 'EN' ? 'Modbus write' : '非主站主机写 Modbus' }).waitFor());
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await until('everything is listed again', async () => (await rows(page).count()) > 20);
    await page.keyboard.press('/');
    await page.keyboard.type('colour:red');
    await page.keyboard.press('Enter');
    await page.getByText('There is no field “colour”').waitFor();
    await page.goBack();
  });

  for (const more of [hunt, operations, inventory, inbox]) await more({ page, step, until, axe, everywhere, plant, pictures });

  await step('times are local or UTC', async () => {
    await page.goto(`${plant.url}/alerts`);
    const cell = rows(page).first().locator('[role=gridcell]').nth(1);
    const local = await cell.innerText();
    await page.getByRole('button', { name: /Local$/ }).click();
    await until('eight hours less', async () => (await cell.innerText()) !== local);
    await page.getByRole('button', { name: /UTC$/ }).click();
  });

  await step('sensors tell their rate, their losses and when they were seen', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'water-works' }).waitFor();
    await page.getByText('not decodable').first().waitFor();
    await everywhere(page, 'sensors', (language) => page.getByText(language === 'EN' ? 'Reporting' : '正常上报').first().waitFor());
  });

  await step('a sensor that fell silent is greyed, with its age', async () => {
    await page.clock.install({ time: Date.now() + 3 * 3_600_000 });
    await page.reload();
    await page.getByText('Silent for 3 h').first().waitFor();
    await axe(page, 'silent sensors');
    await page.screenshot({ path: join(pictures, 'sensors-silent.png') });
    await page.clock.setSystemTime(Date.now());
  });

  await step('a narrow window cuts nothing off', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${plant.url}/alerts?at=${fresh}&open=1`);
    await page.getByRole('complementary').waitFor();
    await page.screenshot({ path: join(pictures, 'alert-narrow.png') });
    await inside(page, 'Alerts at 1280');
    await page.setViewportSize({ width: 1600, height: 900 });
  });

  await step('a password can be set, and signs in after signing out', async () => {
    await page.getByRole('button', { name: 'Account: chen' }).click();
    await page.getByRole('menuitem', { name: 'Set a password' }).click();
    await page.getByLabel('New password').fill('beacon on the frontier');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The password is set').waitFor();
    await page.getByRole('button', { name: 'Account: chen' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Name').fill('chen');
    await page.getByLabel('Password', { exact: true }).fill('beacon on the frontier');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await rows(page).first().waitFor();
  });

  await step('a viewer reads and cannot act; a session that ended leads to the sign-in and back', async () => {
    plant.langyan('user', 'add', '--name', 'wang', '--role', 'viewer');
    await page.goto(plant.langyan('link', '--user', 'wang'));
    await page.getByRole('button', { name: 'Single alerts' }).click();
    await rows(page).and(page.locator('[data-kind=alert]')).first().waitFor();
    await rows(page).first().click();
    await page.getByText('takes the role analyst; you are a Viewer').waitFor();
    const id = await cursor(page);
    const before = await state_of(id);
    await page.keyboard.press('e');
    await page.keyboard.press('c');
    assert.equal(await state_of(id), before);
    await axe(page, 'an alert as a viewer sees it');
    const here = page.url();
    await context.clearCookies();
    await page.getByRole('button', { name: '30 d' }).click();
    await page.getByText('Your session has ended').waitFor();
    assert.ok(complaints.every((text) => text.includes('status of 401')), complaints.join());
    complaints.length = 0;
    assert.match(new URL(page.url()).searchParams.get('next'), /^\/alerts\?/);
    assert.ok(here.includes(`at=${id}`));
    await page.getByLabel('Name').fill('chen');
    await page.getByLabel('Password', { exact: true }).fill('beacon on the frontier');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('complementary').waitFor();
    assert.equal(await cursor(page), id);
  });

  await step('a center that does not answer is told of, and comes back by itself', async () => {
    await context.setOffline(true);
    await page.getByRole('button', { name: '7 d' }).click();
    await page.getByText('The center does not answer').waitFor();
    await wait(500);
    assert.ok(complaints.every((text) => /ERR_INTERNET_DISCONNECTED|ERR_NETWORK/.test(text)), complaints.join());
    complaints.length = 0; // rightly: it is offline
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).first().waitFor();
  });
  await context.close();
}

await run(steps, () => plant.stop());
