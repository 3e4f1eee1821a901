// Enterprises: a table taken in with its faults, filters, one in full.
import assert from 'node:assert/strict';

const rows = (page) => page.locator('[role=grid] [data-id]');

// The check character of GB 32100.
export function uscc(first_17) {
  const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const sum = [...first_17].reduce((total, letter, index) => total + letters.indexOf(letter) * 3 ** index % 31 * 1, 0);
  return first_17 + letters[(31 - (sum % 31)) % 31];
}

const names = ['河畔水务', '青岚水泥', '星港石化', '云岭电力', '石桥燃气', '北辰纸业', '长堤钢铁', '南浦制药'];
const industries = ['D4610', 'C3011', 'C2511', 'D4411', 'D4511', 'C2221', 'C3110', 'C2710'];
const cities = ['320500', '320100', '320200', '320300'];

function table() {
  const lines = ['统一社会信用代码,企业名称,企业类型,级别,行业代码,行政区划代码,组织路径,联系人,联系电话,地址段,应接入探针数'];
  for (let index = 0; index < 40; ++index) {
    const type = ['联网工业企业', '联网工业企业', '平台企业', '标识解析企业'][index % 4];
    const code = uscc(`91320500MA${String(1000000 + index)}`);
    lines.push([code, `${names[index % 8]}${index >= 8 ? `（${Math.floor(index / 8)}厂）` : ''}`, type, ['三级', '二级', '一级', ''][index % 4], index % 4 < 2 ? industries[index % 8] : 'I64', cities[index % 4],
      `cn/js/works-${index}`, '王工', '0512-5550100', '10.20.0.0/16', 1].join(','));
  }
  const wrong = ['91320500MA0000001A,错码实业,平台企业,二级,I64,320500,cn/js/q,,,,', `${uscc('91320500MA2000000')},外省实业,联网工业企业,五级,C99,330100,cn/zj/q,,,10.0.0.0/99,`];
  return [...lines, ...wrong].join('\r\n');
}

export async function enterprises({ page, step, until, axe, everywhere, plant }) {
  const panel = page.getByRole('complementary', { name: 'Take in a table' });
  const give = (text) => panel.getByLabel('Table (CSV)').setInputFiles({ name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

  await step('an empty registry says what it is for and how to begin', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByText('No enterprise here').waitFor();
    await everywhere(page, 'enterprises-empty', (language) => page.getByText(language === 'EN' ? 'No enterprise here' : '没有企业').waitFor());
  });

  await step('a table is tried first: what is wrong stands by line, in both languages, and nothing is changed', async () => {
    await page.getByRole('button', { name: 'Take in a table' }).click();
    await give(table());
    await panel.getByRole('heading', { name: 'What would be done' }).waitFor();
    await panel.getByText('has a wrong check character at its end').waitFor();
    await panel.getByText('lies outside what this account sees').or(panel.getByText('is no level')).first().waitFor();
    assert.equal((await plant.api('/api/v1/enterprises')).enterprises.length, 0);
    await axe(page, 'a table on trial');
    await page.getByRole('button', { name: '中文', exact: true }).click();
    await page.getByText('校验码（第 18 位）不对').waitFor();
    await page.screenshot({ path: `${process.argv[4]}/enterprises-import-zh.png` });
    await page.getByRole('button', { name: 'EN', exact: true }).click();
  });

  await step('the good lines are taken; the report stays, the list fills', async () => {
    await panel.getByRole('button', { name: /^Take the \d+ good lines$/ }).click();
    await panel.getByRole('heading', { name: 'What was done' }).waitFor();
    await rows(page).first().waitFor();
    assert.ok((await plant.api('/api/v1/enterprises?limit=100')).enterprises.length >= 40);
    await page.keyboard.press('Escape');
    await everywhere(page, 'enterprises', (language) => page.getByText(language === 'EN' ? /\d+ registered/ : /共登记 \d+ 家/).waitFor(), [1280, 1920, 3840]);
  });

  await step('filters are in the URL; a spreadsheet of another encoding is read too', async () => {
    await page.getByRole('button', { name: /^Level 3/ }).click();
    await page.getByLabel('Industry').selectOption('D');
    await until('level and industry are in the address', () => new URL(page.url()).search === '?level=3&industry=D');
    await rows(page).getByText('Level 3').first().waitFor();
    await page.reload();
    await rows(page).first().waitFor();
    const { enterprises: listed } = await plant.api('/api/v1/enterprises?level=3&industry=D&limit=100');
    await until('the list has as many as the center', async () => (await rows(page).count()) === listed.length);
    await page.keyboard.press('/');
    await page.keyboard.type('nobody of this name');
    await page.getByText('No registered enterprise meets these filters').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await until('all are listed', async () => (await rows(page).count()) > 20);
    await page.getByRole('button', { name: 'Take in a table' }).click();
    // 名称 in GB 18030, as a Chinese spreadsheet writes it.
    const gbk = Buffer.concat([Buffer.from('uscc,'), Buffer.from([0xc3, 0xfb, 0xb3, 0xc6]), Buffer.from(',type,region,organisation\n'), Buffer.from(`${uscc('91320500MA3000000')},Reed works,platform,320500,cn/js/reed\n`)]);
    await panel.getByLabel('Table (CSV)').setInputFiles({ name: 'table.csv', mimeType: 'text/csv', buffer: gbk });
    await panel.getByRole('button', { name: 'Take the good line' }).waitFor();
    await page.keyboard.press('Escape');
  });

  await step('one in full, with codes and their words, and the way to its alerts and notices', async () => {
    await page.goto(`${plant.url}/enterprises?at=${uscc('91320500MA1000007')}`);
    const detail = page.getByRole('complementary', { name: 'Enterprise in full' });
    await detail.getByText('1 heard, 1 expected').waitFor();
    await everywhere(page, 'enterprise', (language) => page.getByRole('link', { name: language === 'EN' ? 'Its notices' : '相关通报' }).waitFor(), [1280, 3840]);
    await detail.getByRole('link', { name: 'Its notices' }).click();
    await until('notices of that organisation', () => new URL(page.url()).search === '?organisation=cn/js/works-7');
  });
}
