// What others than administrators see: pages they may not ask for are not there.
import assert from 'node:assert/strict';

export async function others({ page, step, axe, everywhere, plant, complaints }) {
  const entries = () => page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
  const come = async (name, role) => {
    plant.langyan('user', 'add', '--name', name, ...(role ? ['--role', role] : []));
    await page.goto(plant.langyan('link', '--user', name));
  };

  await step('a viewer has no page of administration but the roles', async () => {
    await come('wang', 'viewer');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    assert.deepEqual((await entries()).filter((name) => ['Audit', 'Accounts', 'Tokens', 'Roles', 'Outputs', 'Settings'].includes(name)), ['Roles']);
    await page.goto(`${plant.url}/tokens`);
    await page.getByText('Ask an administrator for a role that may.').waitFor();
    assert.ok(complaints.length > 0 && complaints.every((text) => text.includes('status of 403')), complaints.join());
    complaints.length = 0; // rightly: it was asked for
    await axe(page, 'a page that may not be looked at');
  });

  await step('an auditor has the audit log, and nothing that moves', async () => {
    await come('sun', 'audit');
    await page.locator('[role=grid] [data-id]').first().waitFor();
    assert.equal(new URL(page.url()).pathname, '/audit');
    assert.deepEqual(await entries(), ['Audit', 'Roles']);
    assert.equal(await page.getByRole('status').filter({ hasText: 'Live' }).count(), 0);
    await axe(page, 'the console of an auditor');
  });

  await step('a system administrator makes accounts and gives no role; security the other way round', async () => {
    await come('zhao', 'system');
    await page.goto(`${plant.url}/accounts?at=wang`);
    await page.getByRole('button', { name: 'Disable…' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Give these' }).count(), 0);
    await page.getByRole('button', { name: 'Set a password…' }).click();
    await page.getByText('its roles are taken away').waitFor();
    await axe(page, 'a password about to be set');
    await come('qian', 'security');
    await page.goto(`${plant.url}/accounts?at=wang`);
    await page.getByRole('button', { name: 'Give these' }).waitFor();
    for (const name of ['Disable…', 'Make an account', 'Remove…']) assert.equal(await page.getByRole('button', { name }).count(), 0, name);
  });

  await step('without a role the console says what is missing', async () => {
    await come('wu');
    await page.getByText('You may look at nothing yet').waitFor();
    await everywhere(page, 'no-role', (language) => page.getByText(language === 'EN' ? 'You may look at nothing yet' : '暂无可查看的内容').waitFor());
  });
}
