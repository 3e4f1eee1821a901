// Rules by what they did, and deviations from habits: what sensors delivered, what people did about it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const rows = (page) => page.locator('[role=grid] [data-id]');

// One that fired and whose text the center knows, and one of the sensor's own.
async function texts(plant) {
  const { rows: fired } = await plant.api('/api/v1/top?class=alert&dimension=sid&n=1000&from=-7d');
  let rule;
  for (const { value } of fired) {
    if ((await plant.api(`/api/v1/rules/${value}`)).state.word === 'known') rule ??= value;
  }
  assert.ok(rule, 'a rule of the program fired');
  const { catalogue } = await plant.api('/api/v1/detections');
  return { rule, builtIn: catalogue.detections.find((row) => row.name).sid };
}

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

  await step('a rule is shown as it is written; of what the sensor says on its own it is said that there is no text', async () => {
    const { rule, builtIn } = await texts(plant);
    const text = detail.locator('pre');
    const show = async () => {
      await detail.getByRole('button', { name: /^(Show|Hide) rule$/ }).waitFor();
      if ((await text.count()) === 0) await detail.getByRole('button', { name: 'Show rule' }).click();
      await text.waitFor();
    };
    await page.goto(`${plant.url}/rules?at=${rule}`);
    await show();
    assert.equal(await text.innerText(), (await plant.api(`/api/v1/rules/${rule}`)).texts[0].text);
    await detail.getByText(/^Comes with the program, version .*\.rules, line \d+$/).waitFor();
    await everywhere(page, 'rule-text', (language) => (language === 'EN' ? show() : page.getByText(/^随程序附带，本中心为/).waitFor()), [1280, 3840]);
    await detail.getByRole('button', { name: 'Hide rule' }).click();
    await text.waitFor({ state: 'detached' });
    await page.goto(`${plant.url}/rules?at=${builtIn}`);
    await detail.getByRole('button', { name: 'Show rule' }).click();
    await detail.getByText('Built into the program').waitFor();
    assert.equal(await detail.getByRole('link', { name: 'Try this rule…' }).count(), 0);
    await axe(page, 'a rule without a text');
    await page.goto(`${plant.url}/rules?at=${rule}`);
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

const captures = join(import.meta.dirname, '../../../pcaps');

// Rules tried on captures that a person chooses or drops.
export async function trial({ page, step, until, axe, everywhere, inside, plant, pictures }) {
  const panel = page.getByRole('complementary', { name: 'Try rules on a capture' });
  const text = panel.getByRole('textbox', { name: /^Rules/ });
  const file = panel.getByLabel(/^Capture/);
  const run = panel.getByRole('button', { name: 'Try', exact: true });
  const attempt = async (capture) => {
    await file.setInputFiles(capture);
    const answered = page.waitForResponse((answer) => answer.url().includes('/rules/trial'));
    await run.click();
    return (await answered).json();
  };
  // The chosen file is gone with a reload, so this is looked at as it stands.
  const as_it_stands = async (name, english, chinese) => {
    for (const theme of ['Light', 'Dark']) {
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitem', { name: theme, exact: true }).click();
      await page.getByRole('menu').waitFor({ state: 'detached' });
      for (const [language, words] of [['中文', chinese], ['EN', english]]) {
        await page.getByRole('button', { name: language, exact: true }).click();
        await page.getByText(words).first().waitFor();
        await axe(page, `${name}, ${theme}, ${language}`);
        await inside(page, name);
        await page.screenshot({ path: join(pictures, `${name}-${language === 'EN' ? 'en' : 'zh'}-${theme.toLowerCase()}.png`) });
      }
    }
  };

  await step('before a trial the page says what it takes', async () => {
    await page.goto(`${plant.url}/rules`);
    await page.getByRole('button', { name: 'Try rules…' }).click();
    await page.getByText('What would a rule do?').waitFor();
    assert.match(await text.inputValue(), /^alert modbus .*ot\.verb:write/);
    await everywhere(page, 'trial-empty', (language) => page.getByText(language === 'EN' ? 'What would a rule do?' : '规则会有什么结果？').waitFor(), [1280, 3840]);
  });

  await step('a rule that fires: alerts by packet, from the keys alone', async () => {
    await file.setInputFiles(join(captures, 'modbus/write-by-stranger.pcap'));
    await text.focus();
    for (const next of ['bundled', 'capture']) {
      await page.keyboard.press('Tab');
      await until(`the key leads to ${next}`, () => page.evaluate((name) => document.activeElement.name === name, next));
    }
    await page.keyboard.press('Tab');
    const answered = page.waitForResponse((answer) => answer.url().includes('/rules/trial'));
    await page.keyboard.press('Enter');
    const answer = await (await answered).json();
    assert.equal(answer.end.word, 'complete');
    await until('each alert is listed', async () => (await rows(page).count()) === answer.found && answer.found > 0);
    await rows(page).first().getByText(String(answer.alerts[0].packet), { exact: true }).first().waitFor();
    await panel.getByText('The whole capture was read').waitFor();
    await as_it_stands('trial', 'Protocols seen', '所见协议');
  });

  await step('one that does not fire says what the capture holds', async () => {
    const answer = await attempt(join(captures, 's7comm/stop.pcap'));
    assert.equal(answer.found, 0);
    await page.getByText('No rule fired').waitFor();
    await panel.getByText('s7comm').waitFor();
    await as_it_stands('trial-silent', 'No rule fired', '没有规则触发');
  });

  await step('a refused rule is named by its place, which a press shows; the program’s own rules are tried with it', async () => {
    await text.fill('# mine\nalert modbus any any -> any any (msg:"水泵"; ot.verv:write; sid:1000001;)\n');
    await panel.getByLabel('With the rules that come with the program').check();
    const answer = await attempt(join(captures, 'modbus/umas-program.pcap'));
    assert.equal(answer.refused, 1);
    assert.ok(answer.loaded > 300 && answer.rules.length > 1, 'several of the program’s own fire');
    await panel.getByText('1 rule was refused').waitFor();
    const { line, column } = answer.refusals[0];
    await panel.getByRole('button', { name: `${line}:${column}` }).click();
    const at = await text.evaluate((box) => box.value.slice(box.selectionStart));
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
    assert.match(at, /^ot\.verv/);
    const one = answer.rules[0];
    await page.getByLabel('Alerts of', { exact: true }).selectOption(`${one.gid}:${one.sid}`);
    await until('only those of one rule', async () => (await rows(page).count()) === one.alerts);
    await as_it_stands('trial-refused', 'Rules loaded', '已加载规则');
  });

  await step('what is no capture, what is too large and what is empty is said before or after it is sent', async () => {
    await attempt(plant.write('notes.pcap', 'hello'));
    await panel.getByRole('alert').filter({ hasText: 'could not be read to its end' }).waitFor();
    await axe(page, 'a capture that is none');
    await file.setInputFiles(plant.write('day.pcap', Buffer.alloc(33 << 20)));
    await panel.getByRole('alert').filter({ hasText: 'Cut out the packets that matter' }).waitFor();
    assert.equal(await run.isDisabled(), true);
    await file.setInputFiles(join(captures, 's7comm/stop.pcap'));
    await text.fill('');
    await panel.getByLabel('With the rules that come with the program').uncheck();
    await run.click();
    await panel.getByText('There is no rule to try').waitFor();
  });

  await step('a rule is tried from the list and from an alert, with its text to change', async () => {
    await page.keyboard.press('Tab'); // out of the text
    const { rule } = await texts(plant);
    const written = (await plant.api(`/api/v1/rules/${rule}`)).texts[0];
    await page.goto(`${plant.url}/rules?at=${rule}`);
    await page.getByRole('complementary', { name: 'Rule in full' }).getByRole('link', { name: 'Try this rule…' }).click();
    await until('its text is there', async () => (await text.inputValue()) === `${written.text}\n`);
    await panel.getByText(`${written.file}, line ${written.line}. Change it here`).waitFor();
    assert.equal(await panel.getByLabel('With the rules that come with the program').isChecked(), false);
    await everywhere(page, 'trial-rule', () => panel.or(page.getByRole('complementary')).getByText(written.file).waitFor(), [1280]);
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Rule in full' }).waitFor();

    await page.goto(`${plant.url}/alerts?sid=${rule}&since=7d`);
    await page.locator('[role=treegrid] [data-id]').first().locator('[role=gridcell]').nth(3).click();
    const alert = page.getByRole('complementary');
    await alert.getByRole('button', { name: 'Show rule' }).click();
    await alert.locator('pre').filter({ hasText: `sid:${rule}` }).waitFor();
    await axe(page, 'an alert with its rule');
    await alert.getByRole('link', { name: 'Try this rule…' }).click();
    await until('its text is there, too', async () => (await text.inputValue()) === `${written.text}\n`);
    await text.fill(written.text.replace(/msg:"[^"]*"/, 'msg:"tried"'));
    const answer = await attempt(join(captures, 'modbus/write-by-stranger.pcap'));
    assert.equal(answer.loaded, 1, JSON.stringify(answer.refusals));
    await page.keyboard.press('Escape');
  });

  await step('of a rule that stands elsewhere it is said why there is no text; a capture is dropped', async () => {
    await page.keyboard.press('Tab');
    await page.goto(`${plant.url}/rules?at=424242&try=1`);
    await panel.getByText('Of rule 424242 there is no text to change. The center has no text of it').waitFor();
    assert.equal(await text.inputValue(), '');
    assert.equal(await panel.getByLabel('With the rules that come with the program').isChecked(), true);
    await axe(page, 'a rule that stands elsewhere');
    await file.evaluate((input) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(0)], 'none.pcap'));
      input.closest('div').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
    });
    assert.equal(await file.evaluate((input) => input.files[0].name), 'none.pcap');
    await run.click();
    await panel.getByRole('alert').filter({ hasText: 'could not be read to its end' }).waitFor();
  });

  await step('each trial is in the audit log by its digest; who keeps no plants is not offered one', async () => {
    await page.goto(`${plant.url}/audit?action=post_rules_trial`);
    await rows(page).filter({ hasText: /capture [0-9a-f]{8}/ }).first().waitFor();
    plant.langyan('user', 'add', '--name', 'yu', '--role', 'analyst');
    await page.goto(plant.langyan('link', '--user', 'yu'));
    await page.goto(`${plant.url}/rules?try=1`);
    await rows(page).first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try rules…' }).count(), 0);
    await page.goto(plant.langyan('link', '--user', 'chen'));
    await page.getByRole('button', { name: 'Account: chen' }).waitFor();
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
