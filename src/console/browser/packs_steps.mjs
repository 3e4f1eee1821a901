// Rule packs: issued from a signed file, used by a sensor and a lower center, refused by who trusts another key, taken back.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { complaints } from './harness.mjs';

export async function packs({ page, step, until, axe, everywhere, inside, plant, lower, trust, works }) {
  const rows = page.locator('[role=grid] [data-id]');
  const issue = page.getByRole('complementary', { name: 'Issue a pack' });
  const detail = page.getByRole('complementary', { name: 'Rule pack in full' });
  const rules = plant.write('cn-ot.rules', 'alert s7comm any any -> any any (msg:"国家预警试验 a controller is stopped"; ot.verb:stop; sid:9800001; rev:1;)\n');
  const signed = (version, key, ...files) => {
    const out = join(plant.folder, `cn-ot-${version}-${key}.pack`);
    plant.tool('packs', 'make', 'cn-ot', '--version', String(version), '--key', join(trust, `${key}.key`), '--out', out, '--issuer', '示例预警中心', '--note', 'A trial of the early warning', '--note-zh', '预警试验', ...files);
    return out;
  };
  const usage = async (who) => (await plant.api('/api/v1/pack-usage')).rows.find((row) => row.name === who)?.state.word;
  const replay = (sensor, key) => plant.replay(sensor, ['pcaps/s7comm/stop.pcap'], '--set', `rules.pack_keys=${join(trust, `${key}.pub`)}`);

  await step('without packs the page says how one is made, signed and trusted', async () => {
    plant.langyan('user', 'add', '--name', 'sun', '--role', 'engineer,security');
    await page.goto(plant.langyan('link', '--user', 'sun'));
    await page.getByRole('button', { name: 'Account: sun' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByText('No rule pack yet').waitFor();
    await page.getByText('langyan packs keygen cert').waitFor();
    await everywhere(page, 'packs-empty', (language) => page.getByText(language === 'EN' ? 'No rule pack yet' : '还没有规则包').waitFor());
  });

  await step('a file that is no pack, and one that another key signed, do not come in', async () => {
    await page.getByRole('button', { name: 'Issue a pack' }).click();
    await issue.getByLabel('Signed pack').setInputFiles(rules);
    await issue.getByText('This is no signed pack').waitFor();
    await issue.getByLabel('Signed pack').setInputFiles(signed(1, 'other', rules));
    await issue.getByText('cn-ot is new here.').waitFor();
    await issue.getByRole('button', { name: 'Issue', exact: true }).click();
    await issue.getByRole('alert').filter({ hasText: 'not among the trusted' }).waitFor();
    await axe(page, 'a pack that was refused');
    await page.getByRole('button', { name: '中文', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: '签名所用密钥不在该处信任之列' }).waitFor();
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    assert.ok(complaints.length > 0 && complaints.every((text) => text.includes('status of 400')), complaints.join());
    complaints.length = 0; // rightly: it is refused
  });

  await step('a signed pack is looked at, issued, and kept as it was signed', async () => {
    await issue.getByLabel('Signed pack').setInputFiles(signed(1, 'cert', rules));
    await issue.getByText('A trial of the early warning').waitFor();
    assert.equal(await issue.getByLabel('For').inputValue(), '');
    await issue.getByLabel('For').fill('cn/js');
    await issue.getByRole('button', { name: 'Issue', exact: true }).click();
    await detail.getByRole('heading', { name: 'cn-ot' }).waitFor();
    await rows.filter({ hasText: 'cn-ot' }).getByText('cert').or(detail.getByText('示例预警中心')).first().waitFor();
    const { packs: [held] } = await plant.api('/api/v1/packs');
    assert.deepEqual([held.name, held.version, held.organisation, held.key], ['cn-ot', 1, 'cn/js', 'cert']);
    assert.match(await detail.getByRole('link', { name: 'As it was signed' }).getAttribute('href'), /\/api\/v1\/packs\/cn-ot$/);
  });

  await step('who uses which: a sensor that took it, a center below, who trusts another key, who takes none', async () => {
    plant.grant('boiler', '--organisation', works);
    for (const [sensor, key] of [['pump-house', 'cert'], ['boiler', 'other']]) {
      replay(sensor, key); // its shipper hears of the pack and fetches it
      replay(sensor, key); // the rules are made of it
    }
    await until('the sensor uses it', async () => (await usage('pump-house')) === 'current');
    await until('the other refuses it', async () => (await usage('boiler')) === 'refused');
    await lower.begin();
    lower.grant('gauge');
    lower.replay('gauge', ['pcaps/s7comm/stop.pcap']); // its batches are what the center below reports, and is answered
    await until('the center below has it', async () => (await usage('works-7')) === 'current');
    await until('what reports there takes none', async () => (await usage('gauge')) === 'untold');
    await page.reload();
    await detail.getByRole('button', { name: 'Who uses it' }).click();
    await until('all are listed', async () => (await rows.count()) >= 4);
    assert.equal(await rows.first().getAttribute('data-id'), `cn-ot/sensor/${works}/boiler`, 'trouble first');
    await rows.first().getByText('not among the trusted').waitFor();
    await rows.filter({ hasText: 'works-7' }).filter({ hasText: 'Lower center' }).getByText('Current').waitFor();
    await everywhere(page, 'packs-use', async (language) => {
      await rows.first().getByText(language === 'EN' ? 'Refused' : '拒收').waitFor();
      await rows.first().getByText(language === 'EN' ? 'not among the trusted' : '签名所用密钥不在该处信任之列').waitFor();
    }, [1280, 1920, 3840]);
    await page.getByRole('button', { name: /^Refused/ }).click();
    await until('only who refused', async () => (await rows.count()) === 1);
    assert.equal(new URL(page.url()).search, '?show=use&pack=cn-ot&state=refused');
    const told = plant.tool('packs', 'usage', 'cn-ot', '--state', 'refused', '--center', plant.url, '--token-file', plant.write('look.token', plant.analyst));
    assert.match(told, /^refused +sensor +boiler +cn\/js\/works-7 +cn-ot - of 1: .*not among the trusted/);
    await page.getByRole('button', { name: /^Packs/ }).click();
    await rows.first().click();
    await detail.getByText(/1 refused/).waitFor();
    await everywhere(page, 'packs', (language) => page.getByText(language === 'EN' ? 'To take it back' : '如何收回').waitFor(), [1280, 1920, 3840]);
  });

  await step('a version without files takes it back; who has not heard of it is behind', async () => {
    await detail.getByRole('button', { name: 'New version…' }).click();
    await issue.getByLabel('Signed pack').setInputFiles(signed(1, 'cert', rules));
    await issue.getByText('The center has version 1 already.').waitFor();
    assert.equal(await issue.getByRole('button', { name: 'Issue', exact: true }).isDisabled(), true);
    await issue.getByLabel('Signed pack').setInputFiles(signed(2, 'cert'));
    await issue.getByText('This version holds no files').waitFor();
    assert.equal(await issue.getByLabel('For').inputValue(), 'cn/js');
    await everywhere_kept();
    await issue.getByRole('button', { name: 'Take the pack back' }).click();
    await detail.getByText('uses none of its rules').waitFor();
    assert.deepEqual((await plant.api('/api/v1/packs')).packs[0].files, []);
    await until('the sensor is behind', async () => (await usage('pump-house')) === 'behind');
    replay('pump-house', 'cert');
    replay('pump-house', 'cert');
    await until('and then not any more', async () => (await usage('pump-house')) === 'current');
  });
  // The chosen file is gone with a reload, so this is looked at as it stands.
  async function everywhere_kept() {
    await axe(page, 'a pack about to be taken back');
    await inside(page, 'a pack about to be taken back');
  }

  await step('who may not issue reads; who may not look at sensors sees the packs alone', async () => {
    plant.langyan('user', 'add', '--name', 'luo', '--role', 'security');
    await page.goto(plant.langyan('link', '--user', 'luo'));
    await page.goto(`${plant.url}/packs`);
    await rows.first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Who uses which' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Issue a pack' }).count(), 1);
    await page.goto(plant.langyan('link', '--user', 'chen'));
    await page.goto(`${plant.url}/packs`);
    await rows.first().waitFor();
    await page.getByRole('button', { name: 'Who uses which' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Issue a pack' }).count(), 0);
  });
}
