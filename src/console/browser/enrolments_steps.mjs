// Enrolments: a one-time token is made, used once for a certificate, listed, revoked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const rows = (page) => page.getByRole('grid', { name: 'Enrolments' }).locator('[data-id]');

export async function enrolments({ page, step, axe, everywhere, plant, pictures }) {
  const detail = page.getByRole('complementary', { name: 'Enrolment in full' });
  const exchange = (token) => {
    const request = execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=boiler'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return fetch(`${plant.url}/api/v1/certificates`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token, kind: 'sensor', source: 'boiler', request }) });
  };
  let token;

  await step('nobody is enrolled: the page says what that is and where it begins', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.getByText('Nobody is enrolled').waitFor();
    await everywhere(page, 'enrolments-empty', (language) => page.getByText(language === 'EN' ? 'Nobody is enrolled' : '尚无登记').waitFor(), [1280]);
  });

  await step('a one-time token is made; its command is shown once', async () => {
    await page.getByRole('button', { name: 'Enroll a sensor or center' }).click();
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('center');
    await page.getByText('its center.name').waitFor();
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('sensor');
    await page.getByRole('textbox', { name: 'Name' }).fill('boiler');
    await axe(page, 'the form of an enrolment');
    await page.getByRole('button', { name: 'Make a one-time token' }).click();
    await page.getByText('Shown now and never again').waitFor();
    const command = await page.getByLabel('Command to enroll with').innerText();
    assert.match(command, /^langyan-sensor enroll --center http\S+ .*--token \S+$/);
    token = command.split('--token ')[1].trim();
    assert.ok(!page.url().includes(token));
    await page.getByText('This center listens without TLS').waitFor(); // as the one of these tests does
    await axe(page, 'a one-time token');
    await page.evaluate(() => (document.querySelector('[aria-label="Command to enroll with"]').textContent = 'langyan-sensor enroll …')); // no secret in a picture
    await page.screenshot({ path: join(pictures, 'enrolment-made.png') });
    await page.reload();
    await detail.getByText('Its token has not been used yet.').waitFor();
    assert.ok(!(await page.content()).includes(token), 'the secret is gone');
  });

  await step('used, it is enrolled, without a reload; a second time it is refused', async () => {
    assert.equal((await exchange(token)).status, 201);
    await detail.getByText('It shows a certificate of this center').waitFor();
    assert.equal((await exchange(token)).status, 410);
    await everywhere(page, 'enrolments', (language) => page.getByText(language === 'EN' ? 'It shows a certificate' : '以本中心签发的证书通信').waitFor(), [1280, 3840]);
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No enrolment is like this.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
  });

  await step('revoked it is gone', async () => {
    await rows(page).filter({ hasText: 'boiler' }).click();
    await detail.getByRole('button', { name: 'Revoke…' }).click();
    await detail.getByText('From its next request on it is refused').waitFor();
    await detail.getByRole('button', { name: 'Confirm: Revoke' }).click();
    await page.getByText('Nobody is enrolled').waitFor();
  });
}
