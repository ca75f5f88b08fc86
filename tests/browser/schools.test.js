// Schools: found, narrowed, compared, opened, and on to the queue of one. With scripts and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, skip } from './support/portal.js';
import { whileQueueIs } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const HASH = '0123456789abcdef'.repeat(4);
const HEAD = { lines: 1834, hash: HASH, day: { day: '2026-04-02', line: 1500, hash: HASH } };
const at = (n) => `2026-04-01T09:${String(n % 60).padStart(2, '0')}:00`;
const rows = (status, many, from) => Array.from({ length: many }, (_, n) => ({ n: from + n, t: at(n), s: status(n) }));

// Every third school has free places, some are full, of the last nothing is known.
const queue = (schools) => schools.slice(0, -1).flatMap((school, place) => ['kazakh', 'russian'].map((language) => {
  const [residents, granted, waits] = [24 + (place * 5) % 40, place % 3 ? 8 + place % 7 : 2, place % 3 ? (place * 7) % 23 : 0];
  const tickets = [...rows(() => 'resident', residents, 1), ...rows(() => 'outside', granted, 500), ...rows((n) => ({ waits: n + 1 }), waits, 600)];
  return { school, language, capacity: 75, forecast: 30, ratio: 3, residents, away: 0, granted, tickets };
}));

for (const [locale, scripts] of [['ru', true], ['kk', false]]) {
  test(`schools in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, scripts, journey: `schools-${locale}` });
    const { page, say } = parent;
    const links = page.locator('.schools h2 a');
    const press = (name) => page.getByRole('button', { name: say(name), exact: true }).click();
    const show = () => press('schools.SHOW');
    await page.goto(`/${locale}`);
    await page.locator('main').getByRole('link', { name: say('schools.TITLE'), exact: true }).click();
    await page.waitForURL(`**/${locale}/schools`);
    assert.equal(await parent.heading().innerText(), say('schools.TITLE'));
    await page.goto(`/${locale}/queue`);
    const schools = await page.locator('.schools a').evaluateAll((all) => all.map((link) => link.pathname.split('/').pop()));

    await whileQueueIs(queue(schools), HEAD, async () => {
      // Another address than before: the browser keeps what it has seen for a minute.
      await page.goto(`/${locale}/schools?q=`);
      assert.ok((await links.count()) > 1, 'no schools are listed');
      await audit.look(page, 'list');

      // By language, with free places, the best rated first; then one of them by name.
      const language = page.getByLabel(say('queue.LANGUAGE'), { exact: true });
      if (!(await language.isVisible())) await page.locator('.narrowing summary').click();
      await language.selectOption('kazakh');
      await page.getByLabel(say('schools.ORDER'), { exact: true }).selectOption('rating');
      await page.getByLabel(say('schools.WITH_FREE'), { exact: true }).check();
      await show();
      await page.waitForURL(/language=kazakh.*sort=rating.*free=yes/);
      assert.ok(await page.getByLabel(say('schools.ORDER'), { exact: true }).isVisible(), 'what is chosen is folded');
      const points = await page.locator('.schools li').evaluateAll((cards) => cards.map((card) => card.querySelector('strong')?.innerText.match(/\d+/g).map(Number)));
      const shares = points.map((both) => (both ? Math.min(...both) / Math.max(...both) : -1));
      assert.ok(shares.length > 2 && shares.every((share, n) => n === 0 || share <= shares[n - 1]), `${shares}`);
      await audit.look(page, 'narrowed');
      const [first, second] = await links.allInnerTexts();

      for (const name of [first, second]) await page.getByLabel(`${say('schools.COMPARE')}: ${name}`, { exact: true }).check();
      await press('schools.COMPARE_MARKED');
      await page.waitForURL(/schools\/compare\?school=.+&school=.+/);
      const columns = page.locator('.compared thead th > a');
      assert.deepEqual(await columns.allInnerTexts(), [first, second]);
      await audit.look(page, 'compared');

      // The same in the other language and back.
      const compared = page.url();
      await page.locator(`header a[hreflang]`).click();
      await page.waitForURL(compared.replace(`/${locale}/`, locale === 'ru' ? '/kk/' : '/ru/'));
      assert.equal(await columns.count(), 2);
      await page.goto(compared);
      await page.locator('.compared thead').getByRole('link', { name: new RegExp(`^${say('schools.REMOVE')}\\s*:\\s*${second}$`) }).click();
      await parent.text('schools.CHOOSE_MORE').waitFor();
      await page.locator('main select').selectOption({ label: second });
      await press('schools.ADD_TO');
      await page.waitForURL(/school=.+&school=.+/);
      assert.deepEqual(await columns.allInnerTexts(), [first, second]);

      await columns.first().click();
      assert.equal(await parent.heading().innerText(), first);
      await audit.look(page, 'school');
      await page.locator('main a[href*="/queue/"]').first().click();
      await page.waitForURL(/\/queue\/[^/]+#kazakh$/);
      assert.ok((await parent.heading().innerText()).includes(first));

      await page.goto(`/${locale}/schools?q=%3F%3F+0&kind=lyceum`);
      await audit.look(page, 'none');
      await page.getByRole('link', { name: say('schools.ALL_SCHOOLS'), exact: true }).click();
      assert.ok((await links.count()) > 1);
    });
    await audit.end();
  });
}
