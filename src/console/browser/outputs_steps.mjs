// Outputs: a webhook to a real receiver, tried, delivering, failing, changed, removed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

const rows = (page) => page.getByRole('grid', { name: 'Outputs' }).locator('[data-id]');

// What it is sent, and whether it takes it.
async function receiver() {
  const got = [];
  const state = { taking: true };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part)).on('end', () => {
      if (state.taking) got.push({ body: JSON.parse(body), authorization: request.headers.authorization });
      response.writeHead(state.taking ? 204 : 503).end(state.taking ? undefined : 'closed for the night');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { got, state, url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) };
}

export async function outputs({ page, step, until, axe, everywhere, plant, complaints }) {
  const detail = page.getByRole('complementary', { name: 'Output in full' });
  const form = page.getByRole('complementary', { name: /Make an output|Change settings/ });
  const desk = await receiver();

  await step('without outputs the page says what one does', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('x');
    await page.getByText('Nothing is sent on yet').waitFor();
    await everywhere(page, 'outputs-empty', (language) => page.getByText(language === 'EN' ? 'Nothing is sent on yet' : '尚未向外发送').waitFor());
  });

  await step('a webhook is made; what is wrong is refused and changes nothing', async () => {
    await page.getByRole('button', { name: 'Make an output' }).click();
    await form.getByRole('combobox', { name: 'Kind' }).selectOption('webhook');
    await form.getByLabel('Name').first().fill('desk');
    await form.getByLabel(/^url/).fill(desk.url);
    await form.getByLabel('Filter').fill('type:alert');
    await form.getByLabel(/^authorization/).fill('Bearer of-the-desk');
    await everywhere(page, 'outputs-make', (language) => page.getByLabel(language === 'EN' ? 'Filter' : '过滤条件').waitFor(), [1280]);
    await form.getByLabel('Name').first().fill('desk');
    await form.getByLabel(/^url/).fill(desk.url);
    await form.getByLabel('Filter').fill('type:alert');
    await form.getByLabel(/^authorization/).fill('Bearer of-the-desk');
    await form.getByRole('button', { name: 'Make it' }).click();
    await detail.getByRole('heading', { name: 'desk' }).waitFor();
    assert.ok(!(await page.content()).includes('of-the-desk'), 'a secret is never read back');
  });

  await step('a sample reaches the receiver', async () => {
    await detail.getByRole('button', { name: 'Send a sample' }).click();
    await page.locator('[data-taken=true]').waitFor();
    await until('the receiver has it', () => desk.got.length > 0);
    assert.equal(desk.got[0].authorization, 'Bearer of-the-desk');
    assert.equal(desk.got[0].body.events[0].event.test, true);
    await detail.getByText('What went out').click();
    await axe(page, 'a sample that was taken');
    await everywhere(page, 'output', (language) => page.getByText(language === 'EN' ? 'One alert marked as a test.' : '一条标记为测试的告警。').waitFor(), [1280, 3840]);
  });

  await step('alerts go out; a receiver that refuses is told of', async () => {
    plant.replay('pump-house', ['pcaps/s7comm/stop.pcap']);
    await until('an alert went out', () => desk.got.some(({ body }) => body.events.some(({ event }) => event.event_type === 'alert' && !event.test)));
    desk.state.taking = false;
    await detail.getByRole('button', { name: 'Send a sample' }).click();
    await page.locator('[data-taken=false]').waitFor();
    plant.replay('gate', ['pcaps/s7comm/stop.pcap']);
    await rows(page).getByText('Failing').waitFor();
    await page.getByRole('button', { name: /^Failing 1/ }).click();
    await everywhere(page, 'output-failing', (language) => page.locator('[data-activity=failing]').first().getByText(language === 'EN' ? 'Failing' : '失败').waitFor(), [1280]);
    await page.getByRole('button', { name: /^Failing 1/ }).click();
    desk.state.taking = true;
  });

  await step('settings are changed, disabled it waits, and it is removed', async () => {
    await detail.getByRole('button', { name: 'Change settings' }).click();
    await form.getByLabel('Filter').fill('severity>=high and (');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByRole('alert').waitFor();
    assert.ok(complaints.every((text) => text.includes('status of 400')), complaints.join());
    complaints.length = 0;
    await form.getByLabel('Filter').fill('severity>=high');
    await form.getByRole('button', { name: 'Save' }).click();
    await rows(page).filter({ hasText: 'severity>=high' }).or(detail.getByText('severity>=high')).first().waitFor();
    await detail.getByRole('button', { name: 'Disable…' }).click();
    await detail.getByRole('button', { name: 'Confirm: Disable' }).click();
    await rows(page).getByText('Disabled').waitFor();
    await detail.getByRole('button', { name: 'Remove…' }).click();
    await axe(page, 'an output about to be removed');
    await detail.getByRole('button', { name: 'Confirm: Remove' }).click();
    await page.getByText('Nothing is sent on yet').waitFor();
    await desk.stop();
  });
}
