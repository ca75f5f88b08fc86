// The public queue: the whole city, one school with a long list, a number that is looked for. With scripts
// and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { invented, open, skip } from './support/portal.js';
import { whileQueueIs } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const HASH = '0123456789abcdef'.repeat(4);
const HEAD = { lines: 1834, hash: HASH, day: { day: '2026-04-02', line: 1500, hash: HASH.split('').reverse().join('') } };
const at = (n) => `2026-04-01T09:${String(n % 60).padStart(2, '0')}:00`;

// Sixty who sit here, five hundred who wait, a few who do not any more; numbers from `from` on.
const tickets = (from, { residents, granted, waits }) => [
  ...Array.from({ length: residents }, () => 'resident'),
  ...Array.from({ length: granted }, () => 'outside'),
  ...Array.from({ length: waits }, (_, position) => ({ waits: position + 1 })),
  'elsewhere', 'left', 'enrolled',
].map((s, place) => ({ n: from + place, t: at(place), s }));

const queue = (schools) => schools.flatMap((school, place) => ['kazakh', 'russian'].map((language, other) => {
  const waits = place === 0 && other === 0 ? 500 : (place * 7 + other) % 23;
  const residents = 30 + (place * 5) % 40;
  const granted = 4 + (place % 7);
  return {
    school, language, capacity: 75, forecast: 60, ratio: 3, residents, away: 1, granted,
    tickets: tickets(1 + place * 1000 + other * 600, { residents, granted, waits }),
  };
}));

for (const [locale, scripts] of [['ru', true], ['kk', false]]) {
  test(`the queue in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, scripts, family: invented(), journey: `queue-${locale}`, views: THOROUGHLY });
    const { page, say } = parent;
    const main = async () => (await page.locator('main').innerText()).replace(/\s+/g, ' ');
    await page.goto(`/${locale}`);
    await page.locator('main').getByRole('link', { name: say('queue.NAME'), exact: true }).click();
    await page.waitForURL(`**/${locale}/queue`);
    assert.equal(await parent.heading().innerText(), say('queue.TITLE'));
    await audit.look(page, 'city-before');
    const schools = await page.locator('.schools a').evaluateAll((links) => links.map((link) => link.pathname.split('/').pop()));
    assert.ok(schools.length > 1, 'no schools are listed');
    await page.goto(`/${locale}/queue/${schools[0]}`);
    await audit.look(page, 'school-before');

    await whileQueueIs(queue(schools), HEAD, async () => {
      // Another address than before: the browser keeps what it has seen for a minute.
      await page.goto(`/${locale}/queue?q=`);
      await audit.look(page, 'city');
      const shown = await main();
      assert.ok(shown.includes(say('queue.WAIT_COUNT', { n: '500' })) && shown.includes(HASH), shown.slice(0, 500));
      assert.equal(await page.locator('.schools svg[role=img]').count(), schools.length * 2);

      // By name, in the address: whoever gets the link sees the same.
      const name = await page.locator('.schools a').nth(1).innerText();
      await page.getByLabel(say('queue.SEARCH'), { exact: true }).fill(name);
      await page.getByRole('button', { name: say('queue.FIND'), exact: true }).click();
      await page.waitForURL(/\?q=./);
      assert.ok((await page.locator('.schools a').allInnerTexts()).includes(name));
      await audit.look(page, 'city-found');
      await page.getByLabel(say('queue.SEARCH'), { exact: true }).fill('ыыы');
      await page.getByRole('button', { name: say('queue.FIND'), exact: true }).click();
      await parent.text('queue.NO_SCHOOL').waitFor();
      await audit.look(page, 'city-none');

      await page.goto(`/${locale}/queue/${schools[0]}?number=`);
      await audit.look(page, 'school');
      // The 205th in line: the number is one of a list of five hundred, folded.
      const mine = 1 + 30 + 4 + 204;
      await page.getByLabel(say('queue.MY_NUMBER'), { exact: true }).fill(`№ ${mine}`);
      await page.getByRole('button', { name: say('queue.FIND'), exact: true }).click();
      await page.waitForURL(/\?number=.*#found$/);
      const answer = await page.locator('#found').innerText();
      assert.ok(answer.includes(say('queue.IS_WAITING', { n: '205' })), answer);
      await audit.look(page, 'school-number');
      await page.locator('#found a').click();
      assert.ok(await page.locator(`#kazakh-${mine}`).isVisible(), 'the part of the list with the number is folded');
      await page.getByLabel(say('queue.MY_NUMBER'), { exact: true }).fill('999999');
      await page.getByRole('button', { name: say('queue.FIND'), exact: true }).click();
      await page.waitForURL(/number=999999/);
      assert.ok((await page.locator('#found').innerText()).includes('999999'));
      await audit.look(page, 'school-no-number');
    });
    await audit.end();
  });
}
