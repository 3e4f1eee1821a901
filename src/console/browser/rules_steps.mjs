// Rules by what they did, and deviations from habits: what sensors delivered, what people did about it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const rows = (page) => page.locator('[role=grid] [data-id]');

export async function rules({ page, step, until, axe, everywhere, plant }) {
  const detail = page.getByRole('complementary', { name: 'Rule in full' });

  await step('rules by what they did, those that fired most first', async () => {
    plant.replay('pump-house', ['pcaps/modbus', 'pcaps/iec104']);
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await rows(page).first().waitFor();
    const top = await plant.api('/api/v1/top?class=alert&dimension=sid&n=1000&from=-7d');
    assert.ok(top.rows.length > 3, 'several rules fired');
    assert.equal(await rows(page).first().getAttribute('data-id'), top.rows[0].value);
    await page.getByRole('button', { name: new RegExp(`^Fired ${top.rows.length}$`) }).waitFor();
    await everywhere(page, 'rules', (language) => page.getByText(language === 'EN' ? /^\d+ rules · / : /^\d+ 条规则 · /).waitFor(), [1280, 3840]);
  });

  await step('one in full: what it means, who sets it off; called false it counts so', async () => {
    await rows(page).first().click();
    await detail.getByRole('heading', { name: 'What to do' }).waitFor();
    await detail.getByRole('heading', { name: 'Who sets it off' }).waitFor();
    const sid = Number(await rows(page).first().getAttribute('data-id'));
    const { alerts } = await plant.api(`/api/v1/alerts?sid=${sid}&limit=200`);
    await plant.api('/api/v1/alerts/actions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ action: 'false-positive', ids: alerts.map((row) => row.id), comment: 'a drill' }) });
    await page.reload();
    await rows(page).first().getByText(`${alerts.length} (100%)`).waitFor();
    await detail.getByText('Mute a known cause').waitFor();
    await everywhere(page, 'rule', (language) => page.getByText(language === 'EN' ? 'Who sets it off' : '由谁触发').waitFor(), [1280, 3840]);
    await detail.getByRole('link', { name: 'Its alerts' }).click();
    await until('the alerts of that rule', () => new URL(page.url()).searchParams.get('sid') === String(sid));
    await page.goBack();
    await detail.waitFor();
  });

  await step('silent rules, and one looked for', async () => {
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Silent/ }).click();
    await page.getByRole('searchbox').fill('T0816');
    await until('only those of the technique', async () => (await rows(page).count()) > 0 && (await rows(page).filter({ hasText: 'T0816' }).count()) === (await rows(page).count()));
    await rows(page).first().click();
    await detail.getByText('none in this time').waitFor();
    await axe(page, 'a rule that did not fire');
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No rule is like this in this time.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
  });
}

// Lines as a running sensor delivers them when somebody changed its habits.
async function orders(plant) {
  const token = plant.langyan('token', 'add', '--role', 'ingest', '--source', 'control-room', '--name', 'control-room');
  const line = (seq, order) => JSON.stringify({ timestamp: new Date().toISOString().replace('Z', '000+0000'), event_type: 'order', order, origin: { sensor: 'control-room', epoch: '00000000000000f1', lane: 'bulk', seq } });
  const body = `${[
    line(1, { id: '20261129-1', kind: 'approve', outcome: 'taken', by: 'wang', reason: 'new recipe', given: '2026-11-29T08:00:00.000000+0000', scope: '--client 10.3.2.12 --object 40007', changed: 3, stay: 2410, withdrawn: 0 }),
    line(2, { id: '20261129-2', outcome: 'refused', why: 'the order is cut off' }),
  ].join('\n')}\n`;
  const answer = await fetch(`${plant.url}/api/v1/ingest`, {
    method: 'POST', body,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson', 'Langyan-Source': 'control-room', 'Langyan-Epoch': '00000000000000f1', 'Langyan-Lane': 'bulk', 'Langyan-First': '1', 'Langyan-Count': '2' },
  });
  assert.ok(answer.ok, await answer.text());
}

export async function nothing_learned({ page, step, everywhere, plant }) {
  await step('before a sensor told what it learned, the page says when one does', async () => {
    await page.goto(`${plant.url}/baseline?show=learned`);
    await page.getByText('No sensor has told what it learned').waitFor();
    await everywhere(page, 'learned-empty', (language) => page.getByText(language === 'EN' ? 'No sensor has told what it learned' : '还没有探针上报学到的习惯').waitFor(), [1280]);
  });
}

// What sensors learned: all of it, what waits, and the command of a row carried out as it stands there.
async function learned({ page, step, until, axe, everywhere, plant }) {
  const detail = page.getByRole('complementary', { name: 'In full' });
  const foot = page.getByRole('status').filter({ hasText: /habits? of/ });
  const file = `${plant.folder}/old-habits/baseline.json`;

  await step('what a sensor learned is listed as its own tool says it', async () => {
    await page.getByRole('button', { name: 'Learned', exact: true }).click();
    const { books } = await plant.api('/api/v1/baseline');
    const { id } = books.find((one) => one.book.sensor === 'old-habits');
    await page.getByRole('combobox', { name: 'Sensor' }).selectOption(id);
    await until('the book of that sensor', () => new URL(page.url()).searchParams.get('book') === id);
    const said = plant.tool('baseline', 'show', file).split('\n');
    await foot.filter({ hasText: `${said.length} habits of ${said.length}` }).waitFor();
    await page.getByRole('list', { name: 'Zones and their modes' }).getByText('enforces').waitFor();
    await everywhere(page, 'learned', (language) => page.getByText(language === 'EN' ? /may read 4000/ : /可以从 .*读取 4000/).first().waitFor(), [1280, 3840]);
  });

  await step('what waits, and the command that settles it', async () => {
    const waiting = plant.tool('baseline', 'diff', file).split('\n').length;
    await page.getByRole('button', { name: `Waits for you ${waiting}` }).click();
    await foot.filter({ hasText: `${waiting} habits of` }).waitFor();
    await page.keyboard.press('j');
    await detail.getByRole('heading', { name: 'If this is normal' }).waitFor();
    await everywhere(page, 'learned-detail', (language) => page.getByRole('heading', { name: language === 'EN' ? 'If this is normal' : '若属正常' }).waitFor(), [1280, 3840]);
    const command = await detail.getByLabel('If this is normal').innerText();
    assert.ok(command.startsWith(`langyan baseline approve ${file} --client `), command);
    const told = execFileSync('sh', ['-c', command.replace("--reason ''", '--reason known')], { encoding: 'utf8', env: { ...process.env, PATH: `${plant.bin}:${process.env.PATH}` } });
    assert.match(told, /^[1-9]\d* habits are normal now/);
    plant.replay('old-habits', ['pcaps/modbus/poll.pcap'], '--set', 'baseline.mode=enforce');
    await page.reload();
    const left = plant.tool('baseline', 'diff', file).split('\n').length;
    assert.ok(left < waiting, `${left} wait`);
    await foot.filter({ hasText: `${left} habits of` }).waitFor();
    await page.getByRole('button', { name: /^Settled/ }).click();
    await rows(page).filter({ hasText: 'A person’s word' }).first().waitFor();
  });

  await step('filters of what is learned are in the address', async () => {
    await page.getByRole('button', { name: /^Settled/ }).click();
    await page.getByRole('combobox', { name: 'All verbs' }).selectOption('write');
    await until('only writes', async () => (await rows(page).count()) > 0 && (await rows(page).filter({ hasText: 'may write' }).count()) === (await rows(page).count()));
    assert.equal(new URL(page.url()).searchParams.get('verb'), 'write');
    await page.getByRole('searchbox', { name: 'Client' }).fill('203.0.113.');
    await page.getByText('No habit is like this').waitFor();
    await axe(page, 'no habit is like this');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await rows(page).first().waitFor();
  });
}

export async function baseline({ page, step, until, axe, everywhere, plant }) {
  const detail = page.getByRole('complementary', { name: 'In full' });

  await step('without deviations the page says how a sensor learns', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.getByText('Nothing left its habits').waitFor();
    await everywhere(page, 'baseline-empty', (language) => page.getByText(language === 'EN' ? 'Nothing left its habits' : '没有偏离习惯').waitFor());
  });

  await step('what a sensor never saw before is listed with the command that calls it normal', async () => {
    plant.replay('old-habits', ['pcaps/modbus', 'pcaps/s7comm'], '--set', 'baseline.mode=enforce');
    await page.reload();
    await rows(page).first().waitFor();
    await rows(page).first().click();
    assert.match(await detail.innerText(), /langyan baseline approve .* --sid 91076\d\d --reason/);
    await everywhere(page, 'baseline', (language) => page.getByRole('heading', { name: language === 'EN' ? 'If this is normal' : '若属正常' }).waitFor(), [1280, 3840]);
    const before = await rows(page).count();
    const kind = await page.getByRole('combobox', { name: 'Kind' }).locator('option').nth(1).getAttribute('value');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption(kind);
    await until('only that kind', async () => (await rows(page).count()) > 0 && new URL(page.url()).searchParams.get('kind') === kind);
    assert.ok((await rows(page).count()) <= before);
  });

  await learned({ page, step, until, axe, everywhere, plant });

  await step('orders and announced work', async () => {
    await page.getByRole('button', { name: 'Approved and forgotten' }).click();
    await page.getByText('Nobody changed a habit').waitFor();
    await orders(plant);
    await page.reload();
    await rows(page).filter({ hasText: 'new recipe' }).click();
    await detail.getByText('--client 10.3.2.12 --object 40007').waitFor();
    await rows(page).filter({ hasText: 'Refused' }).waitFor();
    await everywhere(page, 'baseline-orders', (language) => page.getByRole('heading', { name: language === 'EN' ? 'Approved' : '认可', exact: true }).waitFor(), [1280]);
    await page.getByRole('button', { name: 'Announced work' }).click();
    await page.getByText('No announced work').waitFor();
    await axe(page, 'no announced work');
    const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().replace(/\..*/, 'Z');
    const windows = plant.write('windows.yaml', `windows:\n  - name: work order 17, stop of the filter\n    verbs: [stop, start, read, write]\n    from: ${day(-1)}\n    to: ${day(1)}\n`);
    plant.replay('announced', ['pcaps/s7comm/stop.pcap'], '--set', `baseline.maintenance=${windows}`);
    await page.reload();
    await rows(page).filter({ hasText: 'work order 17' }).first().click();
    await detail.getByRole('heading', { name: 'work order 17' }).waitFor();
    await everywhere(page, 'baseline-announced', (language) => page.getByRole('heading', { name: 'work order 17' }).waitFor().then(() => language), [1280]);
  });
}
