// The inbox: groups, choosing, actions on many with undo, mutes, related alerts, a long list.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { complaints } from './harness.mjs';

const long_list = 12_000;

export async function inbox({ page, step, until, axe, everywhere, plant, pictures }) {
  const rows = () => page.locator('[role=treegrid] [data-id]');
  const groups = () => page.locator('[role=treegrid] [data-kind=group]');
  const of_alert = (id) => page.locator(`[role=treegrid] [data-id="${id}"]`);
  const here = () => page.locator('[role=row][data-here]').getAttribute('data-id');
  const count = async (query) => (await plant.api(`/api/v1/alert-groups?limit=1&${query}`)).alerts;
  const stand_on = async (id) => {
    await of_alert(id).locator('[role=gridcell]').nth(3).click();
    await until('the cursor stands there', async () => (await here()) === id);
  };
  let big;

  await step('alerts are grouped by rule, source and destination', async () => {
    await page.goto(`${plant.url}/alerts`);
    await groups().first().waitFor();
    const answer = await plant.api('/api/v1/alert-groups?from=-24h&limit=100');
    assert.equal(await groups().first().getAttribute('data-id'), answer.groups[0].id);
    await page.getByRole('status').filter({ hasText: `${answer.found} groups` }).waitFor();
    big = answer.groups.find((group) => group.count > 1 && group.states.new === group.count);
    assert.ok(big, 'no group has two alerts');
    await everywhere(page, 'inbox', (language) => groups().getByText(language === 'EN' ? /Critical|High|Medium|Low/ : /紧急|高危|中危|低危/).first().waitFor({ state: 'attached' }));
  });

  await step('a group opens in the list and beside it, by key and by click', async () => {
    await stand_on(big.id);
    await page.getByRole('complementary').waitFor();
    await page.getByText(`The newest of ${big.count} alerts of this group`).waitFor();
    await everywhere(page, 'inbox-group', (language) => page.getByText(language === 'EN' ? 'Alerts of the same two ends' : '前后十分钟内').first().waitFor());
    await page.keyboard.press('Escape');
    await page.keyboard.press('o');
    const newest = of_alert(big.newest.id);
    await newest.waitFor();
    assert.equal(await of_alert(big.id).getAttribute('aria-expanded'), 'true');
    assert.equal(await newest.getAttribute('aria-level'), '2');
    await axe(page, 'an open group');
    await page.keyboard.press('ArrowLeft');
    await newest.waitFor({ state: 'detached' });
    await of_alert(big.id).getByRole('button', { name: 'Show the alerts of the group' }).click();
    await newest.waitFor();
    await page.keyboard.press('o');
    await newest.waitFor({ state: 'detached' });
  });

  await step('a whole group is acknowledged by one key and taken back by another', async () => {
    await page.keyboard.press('e');
    await until('all of it is acknowledged', async () => (await count(`group=${encodeURIComponent(big.id)}&state=acknowledged`)) === big.count);
    await page.getByText(`Acknowledged: ${big.count} alerts`).waitFor();
    await until('the list says so', async () => /Acknowledged/.test(await of_alert(big.id).innerText()));
    await page.keyboard.press('u');
    await until('all of it is new again', async () => (await count(`group=${encodeURIComponent(big.id)}&state=new`)) === big.count);
    await until('the list says that, too', async () => /New/.test(await of_alert(big.id).innerText()));
  });

  await step('several are chosen with x, and a false positive has a reason', async () => {
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const bar = page.getByRole('region', { name: 'Actions on the chosen alerts' });
    await bar.getByRole('status').waitFor();
    assert.equal(await page.locator('[role=row][aria-selected=true]').count(), 2);
    await everywhere_kept(bar);
    await page.keyboard.press('f');
    await page.getByRole('dialog').getByLabel('Why is it a false positive?').fill('The engineering station backs it up');
    await axe(page, 'the reason of a false positive');
    await page.screenshot({ path: join(pictures, 'false-positive.png') });
    await page.keyboard.press('Control+Enter');
    await until('they are false positives', async () => (await count('state=false-positive')) > big.count);
    const { history } = await plant.api(`/api/v1/alerts/${big.newest.id}/history`);
    assert.equal(history.at(-1).comment, 'The engineering station backs it up');
    await bar.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Undo/ }).click();
    await until('none is any more', async () => (await count('state=false-positive')) === 0);
  });
  async function everywhere_kept(bar) {
    await axe(page, 'chosen alerts');
    await page.screenshot({ path: join(pictures, 'inbox-chosen-en.png') });
    await page.getByRole('button', { name: '中文', exact: true }).click();
    await page.getByText('已选').first().waitFor();
    await axe(page, 'chosen alerts, in Chinese');
    await page.screenshot({ path: join(pictures, 'inbox-chosen-zh.png') });
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await bar.getByRole('status').waitFor();
  }

  await step('the menu of . does the same; an account is assigned', async () => {
    plant.langyan('user', 'add', '--name', 'li', '--role', 'analyst');
    await stand_on(big.id);
    await page.keyboard.press('.');
    await page.getByRole('dialog').getByRole('button', { name: 'Assign i' }).waitFor();
    await axe(page, 'the menu of actions');
    await page.screenshot({ path: join(pictures, 'actions.png') });
    await page.getByRole('dialog').getByRole('button', { name: 'Assign i' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'li', exact: true }).click();
    await page.getByText('Assigned to li.').waitFor();
    assert.equal((await plant.api(`/api/v1/alerts/${big.newest.id}`)).record.assignee, 'li');
  });

  await step('a mute says first what it would have hidden, hides it, and is taken back', async () => {
    const before = await count('muted=hide');
    await page.keyboard.press('m');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^Would have hidden \d+ alerts? in the last week/).waitFor();
    for (const [theme, button, title] of [['light', 'EN', 'Mute'], ['light', '中文', '静默'], ['dark', '中文', '静默'], ['dark', 'EN', 'Mute']]) {
      await page.evaluate((value) => document.documentElement.setAttribute('data-mantine-color-scheme', value), theme);
      await page.getByRole('button', { name: button, exact: true, includeHidden: true }).dispatchEvent('click');
      await dialog.getByRole('heading', { name: title, exact: true }).waitFor();
      await axe(page, `the dialog of mutes, ${theme}, ${button}`);
      await page.screenshot({ path: join(pictures, `mute-${button === 'EN' ? 'en' : 'zh'}-${theme}.png`) });
    }
    await dialog.getByRole('radio', { name: /^This rule from|^This rule, from this source to/ }).first().check();
    await dialog.getByLabel('Reason').fill('commissioning');
    await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
    await of_alert(big.id).waitFor({ state: 'detached' });
    assert.equal(await count('muted=hide'), before - big.count);
    assert.equal(await count('muted=show'), before);
    await page.getByRole('button', { name: '1 mute', exact: true }).click();
    await page.getByRole('dialog').getByText('commissioning').waitFor();
    await axe(page, 'the list of mutes');
    await page.screenshot({ path: join(pictures, 'mutes.png') });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Muted only' }).click();
    await until('only the muted one is listed', async () => (await groups().count()) === 1 && (await groups().first().getAttribute('data-id')) === big.id);
    await page.getByText('Muted by chen until').or(groups().first()).first().waitFor();
    await page.getByRole('button', { name: 'Without muted' }).click();
    await page.getByRole('button', { name: '1 mute', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.keyboard.press('Escape');
    await of_alert(big.id).waitFor();
    assert.equal(await count('muted=hide'), before);
  });

  await step('a notice is drafted from an alert, and that is undone', async () => {
    await stand_on(big.id);
    await page.keyboard.press('s');
    await page.getByText('A draft of a notice was made').waitFor();
    const { notices } = await plant.api('/api/v1/notices?state=draft');
    assert.ok(notices.some((notice) => notice.evidence.includes(big.newest.id)));
    await page.keyboard.press('u');
    await until('there is no draft', async () => (await plant.api('/api/v1/notices?state=draft')).notices.length === notices.length - 1);
  });

  await step('related alerts lead on', async () => {
    const related = page.getByRole('complementary').locator('section').filter({ hasText: 'Alerts of the same two ends' });
    await related.getByRole('button').first().click();
    await until('another alert is shown', () => !new URL(page.url()).searchParams.get('at').includes('~'));
    await page.keyboard.press('Escape');
  });

  await step('ten thousand groups are scrolled, chosen and moved through; new ones wait in the pill', async () => {
    await plant.deliver('crowd', long_list);
    await page.getByRole('button', { name: /^\d+\+? new$/ }).click();
    await page.getByRole('button', { name: /^\d+\+? new$/ }).waitFor({ state: 'detached' });
    const grid = page.locator('[role=treegrid]');
    const loaded = () => grid.evaluate((element) => element.querySelector('[role=rowgroup]').clientHeight / 28);
    const toTheEnd = () => grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    const furtherPages = /alert-groups\?.*cursor=/;
    await page.route(furtherPages, (route) => route.abort());
    await toTheEnd();
    const rest = page.getByRole('alert').filter({ hasText: 'The rows after these could not be loaded' });
    await rest.waitFor();
    assert.ok((await loaded()) >= 100, 'a page that failed takes away what was there');
    await toTheEnd();
    await axe(page, 'a list whose next page failed');
    await page.screenshot({ path: join(pictures, 'inbox-rest.png') });
    const refused = complaints.filter((one) => furtherPages.test(one));
    assert.equal(refused.length, 3, 'asked once and twice again');
    complaints.splice(0, complaints.length, ...complaints.filter((one) => !refused.includes(one)));
    await page.unroute(furtherPages);
    await page.route(furtherPages, async (route) => { // a page of groups that are gone
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), groups: [] } });
    }, { times: 1 });
    await page.getByRole('button', { name: 'Try again' }).click();
    await rest.waitFor({ state: 'detached' });
    await until('more than 10,000 rows', async () => {
      await toTheEnd();
      return (await loaded()) > 10_000;
    }, 300_000);
    const gaps = await grid.evaluate(async (element) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const edges = element.getBoundingClientRect();
      const missing = [];
      for (const top of [140_000, 3_500, 200_000, 0]) { // as a dragged scrollbar jumps
        element.scrollTo({ top });
        await frame(); // its scroll event, and what that draws, come before
        for (const y of [edges.top + 40, edges.bottom - 30]) if (!document.elementFromPoint(edges.left + 300, y)?.closest('[data-id]')) missing.push(`${top} at ${y}`);
      }
      return missing;
    });
    assert.deepEqual(gaps, [], 'a jump shows a gap');
    assert.ok((await rows().count()) < 150, 'rows out of sight stand in the document');
    await grid.evaluate((element) => element.scrollTo({ top: 0 }));
    await groups().first().waitFor();
    await groups().first().locator('[role=gridcell]').nth(3).click();
    await page.keyboard.press('Escape');
    const drawn = await grid.evaluateHandle((element) => {
      const seen = { times: 0 };
      new MutationObserver(() => ++seen.times).observe(element.querySelector('[role=rowgroup]'), { childList: true });
      return seen;
    });
    for (let i = 0; i < 62; ++i) await page.keyboard.press('j');
    await until('j moves through', async () => (await here()) === (await page.locator('[role=row][aria-rowindex="64"]').getAttribute('data-id')));
    assert.equal(await page.locator('[role=row][data-here]').count(), 1);
    const { times } = await drawn.jsonValue();
    assert.ok(times > 0 && times < 10, `62 keys drew rows ${times} times`); // each eighth of the 35 or so that scroll
    await axe(page, 'ten thousand groups');
    await plant.deliver('late', 12, { apart: 1 });
    await page.getByRole('button', { name: '12 new' }).waitFor();
    await page.screenshot({ path: join(pictures, 'inbox-long.png') });
    await page.getByRole('button', { name: '12 new' }).click();
  });
}
