// Accounts: made, given roles, a role changed, disabled and enabled, a password set, removed.
import assert from 'node:assert/strict';

const rows = (page) => page.getByRole('grid', { name: 'Accounts by name' }).locator('[data-id]');

export async function accounts({ page, step, until, axe, everywhere, plant, complaints }) {
  const detail = page.getByRole('complementary', { name: 'Account in full' });
  const user = async (name) => (await page.evaluate(() => fetch('/api/v1/users').then((answer) => answer.json()))).users.find((one) => one.name === name);
  const signs_in = async (name, password) => (await fetch(`${plant.url}/api/v1/auth/login`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'Langyan-Request': 'test' }, body: JSON.stringify({ name, password }),
  })).status;

  await step('accounts; one\'s own is another\'s to change', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await rows(page).filter({ hasText: 'chen' }).click();
    await detail.getByText('This is your own account').waitFor();
    assert.equal(await detail.getByRole('button', { name: 'Disable…' }).count(), 0);
    await page.keyboard.press('Escape');
  });

  await step('an account is made and may nothing', async () => {
    await page.getByRole('button', { name: 'Make an account' }).click();
    await everywhere(page, 'accounts-make', (language) => page.getByRole('button', { name: language === 'EN' ? 'Make it' : '创建', exact: true }).waitFor(), [1280]);
    const form = page.getByRole('complementary', { name: 'Make an account' });
    await form.getByLabel('Name').fill('chen');
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.getByRole('alert').waitFor(); // there is one
    assert.ok(complaints.length === 1 && complaints[0].includes('status of 409'), complaints.join());
    complaints.length = 0;
    await form.getByLabel('Name').fill('mei');
    await form.getByLabel('Password').fill('smoke over the wall');
    await form.getByRole('button', { name: 'Make it' }).click();
    await detail.getByRole('heading', { name: 'mei' }).waitFor();
    assert.deepEqual((await user('mei')).roles, []);
    assert.equal(await signs_in('mei', 'smoke over the wall'), 204);
  });

  await step('roles are given; several administrators in one hand are told of', async () => {
    await detail.getByRole('checkbox', { name: /^Analyst/ }).check();
    await detail.getByRole('textbox', { name: 'Sees' }).fill('cn/js/works-7');
    await detail.getByRole('button', { name: 'Give these' }).click();
    await until('mei is an analyst', async () => (await user('mei')).roles.join() === 'analyst');
    assert.equal((await user('mei')).organisation, 'cn/js/works-7');
    await rows(page).filter({ hasText: 'mei' }).getByText('Analyst').waitFor();
    await detail.getByRole('checkbox', { name: /^System/ }).check();
    await detail.getByRole('checkbox', { name: /^Auditor/ }).check();
    await detail.getByText('in one hand').waitFor();
    await axe(page, 'several administrators in one hand');
    await detail.getByRole('checkbox', { name: /^Auditor/ }).uncheck();
    await detail.getByRole('checkbox', { name: /^System/ }).uncheck();
    await detail.getByRole('checkbox', { name: /^Analyst/ }).uncheck();
    await detail.getByRole('checkbox', { name: /^Viewer/ }).check();
    await detail.getByRole('button', { name: 'Give these' }).click();
    await until('mei is a viewer', async () => (await user('mei')).roles.join() === 'viewer');
    await everywhere(page, 'account', (language) => page.getByText(language === 'EN' ? 'Roles and what it sees' : '角色与可见范围').waitFor(), [1280, 3840]);
  });

  await step('disabled it does not sign in, enabled it does, with a password set anew', async () => {
    await detail.getByRole('button', { name: 'Disable…' }).click();
    await detail.getByText('its sessions end now').waitFor();
    await axe(page, 'an account about to be disabled');
    await page.keyboard.press('Escape');
    await detail.getByText('its sessions end now').waitFor({ state: 'detached' });
    assert.equal((await user('mei')).disabled, false);
    await detail.getByRole('button', { name: 'Disable…' }).click();
    await detail.getByRole('button', { name: 'Confirm: Disable' }).click();
    await until('mei is disabled', async () => (await user('mei')).disabled);
    assert.notEqual(await signs_in('mei', 'smoke over the wall'), 204);
    await detail.getByRole('button', { name: 'Enable…' }).click();
    await detail.getByRole('button', { name: 'Confirm: Enable' }).click();
    await until('mei is enabled', async () => !(await user('mei')).disabled);
    await detail.getByRole('button', { name: 'Set a password…' }).click();
    await detail.locator('input[name=password]').fill('another wall entirely');
    await detail.getByRole('button', { name: 'Confirm: Set a password' }).click();
    await until('the new password holds', async () => (await signs_in('mei', 'another wall entirely')) === 204);
  });

  await step('filters, none like this, and removed for good', async () => {
    await page.getByRole('button', { name: /^Viewer/ }).click();
    await until('only the viewer', async () => (await rows(page).count()) === 1);
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No account is like this.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await detail.getByRole('button', { name: 'Remove…' }).click();
    await detail.getByRole('button', { name: 'Confirm: Remove' }).click();
    await detail.waitFor({ state: 'detached' });
    assert.equal(await user('mei'), undefined);
    await everywhere(page, 'accounts', (language) => page.getByText(language === 'EN' ? /^1 account$/ : /^1 个账户$/).waitFor(), [1280, 3840]);
  });
}
