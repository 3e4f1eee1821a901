// The audit log: listed, filtered, one entry in full, the chain verified; and, at the end, what the other steps did.
import assert from 'node:assert/strict';

const rows = (page) => page.locator('[role=grid] [data-id]');

export async function audit({ page, step, until, axe, everywhere, plant }) {
  const detail = page.getByRole('complementary', { name: 'Entry of the audit log' });

  await step('the audit log, newest first', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await rows(page).filter({ hasText: 'Sign in by a one-time link' }).first().waitFor();
    await rows(page).filter({ hasText: 'The center started' }).waitFor();
    await everywhere(page, 'audit', (language) => page.getByText(language === 'EN' ? 'The center started' : '中心启动').waitFor(), [1280, 3840]);
  });

  await step('one entry in full, and the others of the same', async () => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await detail.waitFor();
    await page.keyboard.press('j');
    await rows(page).filter({ hasText: 'The center started' }).click();
    for (const part of [/center\.start/, /the center itself/, /works-7/, /[0-9a-f]{64}/]) assert.match(await detail.innerText(), part);
    await everywhere(page, 'audit-entry', (language) => page.getByRole('heading', { name: language === 'EN' ? 'The center started' : '中心启动' }).waitFor(), [1280]);
    await detail.getByRole('button', { name: 'Only this: center.start' }).click();
    await until('only starts', async () => (await rows(page).count()) === 1);
    assert.equal(new URL(page.url()).searchParams.get('action'), 'center.start');
    await page.getByRole('button', { name: 'Remove the filter center.start' }).click();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
  });

  await step('nobody of that name did anything', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('nobody-at-all');
    await page.getByText('Nothing in the log is like this').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('actor'), 'nobody-at-all');
    await everywhere(page, 'audit-none', (language) => page.getByText(language === 'EN' ? 'Nothing in the log is like this' : '没有符合条件的条目').waitFor());
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await rows(page).first().waitFor();
    assert.equal(await page.getByRole('searchbox').first().inputValue(), '');
    await page.getByRole('button', { name: 'Refused', exact: true }).click();
    await until('the outcome is in the URL', () => new URL(page.url()).searchParams.get('outcome') === 'refused');
    await page.getByRole('button', { name: 'Refused', exact: true }).click();
  });

  await step('the chain is verified, also against a head that was kept', async () => {
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.locator('[data-intact=true]').waitFor();
    const head = await page.getByLabel('Head', { exact: true }).innerText();
    assert.match(head, /^\d+:[0-9a-f]{64}$/);
    await page.getByLabel('A head you kept').fill(head);
    await page.getByRole('button', { name: 'Is it still part of the log?' }).click();
    await page.getByText('The head you kept is part of the log.').waitFor();
    await page.getByLabel('A head you kept').fill(head.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    await page.getByRole('button', { name: 'Is it still part of the log?' }).click();
    await page.locator('[data-intact=false]').waitFor();
    await axe(page, 'a head that is not part of the log');
    await page.goto(`${plant.url}/audit?check=1`);
    await everywhere(page, 'audit-chain', (language) => page.getByText(language === 'EN' ? /^As it was written/ : /^与写入时一致/).waitFor(), [1280]);
    await page.keyboard.press('Escape');
  });
}

// What the steps before did stands in the log, and the log is as it was written.
export async function chain({ page, step, plant }) {
  await step('what was done on the pages is in the log, and the chain holds', async () => {
    await page.goto(`${plant.url}/audit?actor=chen`);
    await rows(page).first().waitFor();
    for (const [action, object] of [['post_users', 'mei'], ['put_users_name_roles', 'mei'], ['patch_users_name', 'mei'], ['delete_users_name', 'mei'], ['post_tokens', ''],
      ['delete_tokens_id', ''], ['post_outputs', ''], ['post_outputs_id_test', 'desk'], ['delete_outputs_id', 'desk']]) {
      await page.goto(`${plant.url}/audit?actor=chen&action=${action}${object && `&object=${object}`}`);
      await rows(page).first().waitFor();
    }
    await page.goto(`${plant.url}/audit?check=1`);
    await page.locator('[data-intact=true]').waitFor();
    assert.ok(JSON.parse(plant.langyan('audit', 'verify', '--json')).intact);
  });
}
