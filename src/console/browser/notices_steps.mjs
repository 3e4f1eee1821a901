// Notices: from an alert to closed, seen by who issues and by who is addressed.
import assert from 'node:assert/strict';
import { join } from 'node:path';

const rows = (page) => page.locator('[role=grid] [data-id]');

export async function notices({ page, step, until, axe, everywhere, plant, pictures, works }) {
  const detail = page.getByRole('complementary', { name: 'Notice in full' });
  const state = async () => (await plant.api('/api/v1/notices?limit=1')).notices[0].state.word;
  const take = async (name, reason) => {
    await detail.getByRole('button', { name, exact: true }).click();
    if (reason) await page.keyboard.type(reason);
    await page.keyboard.press('Control+Enter');
  };

  await step('no notice: the page says what one is and where it comes from', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByText('No notice here').waitFor();
    await everywhere(page, 'notices-empty', (language) => page.getByText(language === 'EN' ? 'No notice here' : '没有通报').waitFor());
  });

  await step('a notice from an alert has its words, its evidence, whom it is for and until when', async () => {
    const { alerts } = await plant.api('/api/v1/alerts?sid=9120150');
    await page.goto(`${plant.url}/alerts?at=${alerts[0].id}&open=1`);
    await page.getByRole('link', { name: 'Notice…' }).click();
    const form = page.getByRole('complementary', { name: 'Write a notice' });
    await form.getByText('→').waitFor();
    assert.equal(await form.getByLabel('Title').inputValue(), 'S7 CPU stopped');
    assert.equal(await form.getByLabel('Severity').inputValue(), 'critical');
    assert.equal(await form.getByLabel('Addressed to').inputValue(), works);
    assert.match(await form.getByLabel('Text').inputValue(), /sent a command to stop 10\.20\.0\.\d+[^]*Ask the maintenance crew/);
    assert.notEqual(await form.getByLabel('Deadline').inputValue(), '');
    await everywhere(page, 'notice-form', (language) => page.getByRole('button', { name: language === 'EN' ? 'Save as a draft' : '保存草稿' }).waitFor(), [1280, 1920, 3840]);
    await page.reload(); // what is written by hand stays in the language it was begun in
    await form.getByText('→').waitFor();
    await form.getByRole('button', { name: 'Save as a draft' }).click();
    await detail.getByRole('heading', { name: 'S7 CPU stopped' }).waitFor();
    await detail.getByRole('link', { name: 'S7 CPU stopped' }).waitFor();
    assert.equal(await state(), 'draft');
  });

  await step('a draft is changed, then issued; a step is confirmed, as none is taken back', async () => {
    await detail.getByRole('button', { name: 'Change the draft' }).click();
    await page.getByLabel('Title').fill('PLC stopped over the network');
    await page.getByRole('button', { name: 'Save as a draft' }).click();
    await detail.getByRole('heading', { name: 'PLC stopped over the network' }).waitFor();
    await detail.getByRole('button', { name: 'Issue', exact: true }).click();
    await detail.getByText('To “Issue”').waitFor();
    assert.equal(await state(), 'draft');
    await axe(page, 'a step of a notice');
    await page.keyboard.press('Control+Enter');
    await until('issued', async () => (await state()) === 'issued');
    await detail.getByText(/^js-\d{4}-0001$/).waitFor();
    await detail.getByText('→ Issued').waitFor();
  });

  await step('only what the account may do is offered; a viewer may do nothing', async () => {
    assert.deepEqual((await detail.locator('section').first().getByRole('button').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')), ['Withdraw', 'Ask for the evidence', 'Comment c']);
    const here = page.url();
    plant.langyan('user', 'add', '--name', 'wang', '--role', 'viewer');
    await page.goto(plant.langyan('link', '--user', 'wang'));
    await page.goto(here);
    await detail.getByRole('heading', { name: 'PLC stopped over the network' }).waitFor();
    assert.equal(await detail.getByRole('button', { name: /Withdraw|evidence|Comment/ }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Write a notice' }).count(), 0);
  });

  await step('who is addressed receives it, mends, and must say what was done', async () => {
    plant.langyan('user', 'add', '--name', 'zhao', '--role', 'analyst', '--organisation', works);
    await page.goto(plant.langyan('link', '--user', 'zhao'));
    await page.goto(`${plant.url}/notices`);
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await detail.getByRole('heading', { name: 'PLC stopped over the network' }).waitFor();
    await take('Acknowledge receipt');
    await until('received', async () => (await state()) === 'received');
    await take('Begin to mend');
    await until('being mended', async () => (await state()) === 'fixing');
    await take('Report it mended');
    await detail.getByRole('textbox').waitFor();
    assert.equal(await state(), 'fixing', 'a report without a reason');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.keyboard.type('The switch was replaced yesterday');
    await page.keyboard.press('Control+Enter');
    await detail.getByText('The switch was replaced yesterday').waitFor();
    await take('Report it mended', 'Port 102 is closed to the office network');
    await until('submitted', async () => (await state()) === 'submitted');
    await detail.getByText('No alert of the same rules').waitFor();
    assert.equal(await detail.getByRole('button', { name: 'Review', exact: true }).count(), 0);
    await axe(page, 'a notice as who is addressed sees it');
  });

  await step('the issuer sees that the fault is back, sends it back, and closes in the end', async () => {
    const { notices: [{ id }] } = await plant.api('/api/v1/notices?state=submitted');
    await until('the fault is seen again', async () => {
      plant.replay('pump-house', ['pcaps/s7comm/stop.pcap']);
      return (await plant.api(`/api/v1/notices/${id}`)).recurrence.alerts > 0;
    });
    await page.goto(plant.langyan('link', '--user', 'chen'));
    await page.goto(`${plant.url}/notices?state=submitted`);
    await rows(page).first().click();
    await detail.getByText(/^\d+ alerts? of the same rules between the same hosts since/).waitFor();
    await everywhere(page, 'notice', (language) => page.getByRole('heading', { name: language === 'EN' ? 'Is the fault still seen?' : '问题是否仍然出现？' }).waitFor(), [1280, 1920, 3840]);
    // As a letter: one page of A4 in each language, whatever theme the screen has.
    for (const [language, title] of [['EN', 'Notice'], ['中文', '网络安全通报']]) {
      await page.getByRole('button', { name: language, exact: true }).click();
      await page.getByRole('button', { name: language === 'EN' ? 'Print as a letter' : '打印公文' }).waitFor();
      const seen = page.evaluate(() => new Promise((done) => window.addEventListener('beforeprint', () => done(document.querySelector('article')?.innerText ?? ''), { once: true })));
      const file = await page.pdf({ path: join(pictures, `notice-letter-${language === 'EN' ? 'en' : 'zh'}.pdf`), preferCSSPageSize: true });
      assert.equal(file.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 1, `${language}: not one page`);
      assert.match(file.toString('latin1'), /MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/, 'not A4');
      const text = await seen;
      for (const part of [title, /js-\d{4}-0001/, 'PLC stopped over the network', /Port 102 is closed/]) assert.ok(typeof part === 'string' ? text.includes(part) : part.test(text), `${language}: ${part} is missing in: ${text}`);
    }
    await page.setViewportSize({ width: 794, height: 1123 }); // A4 at 96 dots an inch, without its margins
    await page.emulateMedia({ media: 'print' });
    for (const language of ['en', 'zh']) {
      await page.getByRole('button', { name: language === 'en' ? 'EN' : '中文', exact: true, includeHidden: true }).dispatchEvent('click');
      await page.evaluate(() => void dispatchEvent(new Event('beforeprint')));
      await page.screenshot({ path: join(pictures, `notice-letter-${language}-light.png`) });
      await page.evaluate(() => void dispatchEvent(new Event('afterprint')));
    }
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize({ width: 1600, height: 900 });
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    assert.equal(await page.locator('article').count(), 0, 'it stays after printing');
    await take('Send back', 'It stopped again today');
    await until('rejected', async () => (await state()) === 'rejected');
    await page.getByText('No notice here').waitFor(); // of this state
    assert.equal(new URL(page.url()).searchParams.get('state'), 'submitted');
  });

  await step('notices in all states, one overdue: by state, kind and deadline, in the URL', async () => {
    const post = (path, body) => plant.api(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
    const issue = async (title, more) => {
      const { id } = await post('/api/v1/notices', { kind: 'vulnerability', title, text: 'See the bulletin.', organisation: works, ...more });
      await post(`/api/v1/notices/${id}/transitions`, { action: 'issue' });
      return id;
    };
    await issue('Firmware of the pump controllers is out of date', { severity: 'high', deadline: new Date(Date.now() - 50 * 3_600_000).toISOString() });
    await issue('Remote maintenance without a second factor', { kind: 'warning', severity: 'low', deadline: new Date(Date.now() + 80 * 3_600_000).toISOString() });
    const withdrawn = await issue('A notice that was not meant', { severity: 'medium' });
    await post(`/api/v1/notices/${withdrawn}/transitions`, { action: 'withdraw', reason: 'sent to the wrong works' });
    await post('/api/v1/notices', { kind: 'warning', title: 'A draft', organisation: works });
    await page.goto(`${plant.url}/notices`);
    await until('all are listed', async () => (await rows(page).count()) === 5);
    await rows(page).getByText('overdue by 2 d').waitFor();
    await everywhere(page, 'notices', (language) => page.getByText(language === 'EN' ? 'overdue by 2 d' : '已超期 2 天').waitFor(), [1280, 1920, 3840]);
    await page.getByRole('button', { name: /^Overdue/ }).click();
    await until('one is overdue', async () => (await rows(page).count()) === 1);
    await page.reload();
    await until('still one', async () => (await rows(page).count()) === 1);
    await page.getByRole('button', { name: /^Overdue/ }).click();
    await page.getByRole('button', { name: /^Risk warning/ }).click();
    await until('two warnings', async () => (await rows(page).count()) === 2);
    assert.equal(new URL(page.url()).search, '?kind=warning');
  });
}
