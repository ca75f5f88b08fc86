// The office's door, for an officer of each kind, in both languages, wide and narrow.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { arrive as enter } from './support/officer.js';
import { invented, open, portal, skip } from './support/portal.js';
import { pass } from './support/visit.js';

const ROLES = { department: 'DEPARTMENT', school: 'SCHOOL_OFFICER', administrator: 'ADMINISTRATOR' };

let browser;
const arrive = (...asked) => enter(browser, ...asked);
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

// RFC 6238, for the key that the stack gave an officer's authenticator.
const code = (secret) => {
  const bits = [...secret.replace(/=+$/, '')].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = mac[mac.length - 1] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

for (const locale of ['ru', 'kk']) {
  test(`each officer signs in and out in ${locale}`, { skip, timeout: 180_000 }, async () => {
    const { audit, page, say, press, knock, heading } = await arrive(locale, `office-${locale}`);
    await page.goto(`/${locale}/office`);
    assert.equal(await heading(), say('office.SIGN_IN'));
    await audit.look(page, 'door');

    await press('office.ENTER');
    await page.getByRole('alert').waitFor();
    await audit.look(page, 'empty');
    await page.getByRole('alert').getByRole('link').first().click();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'username', 'the summary leads to the field');
    await knock({ name: 'department', password: 'Wrong-password-1' });
    await page.getByRole('alert').waitFor();
    assert.equal(await page.locator('#password').inputValue(), '', 'a password comes back');
    assert.equal(await page.locator('#username').inputValue(), 'department');
    await audit.look(page, 'wrong');

    for (const [kind, role] of Object.entries(ROLES)) {
      await knock(portal.officers[kind]);
      await page.waitForURL(`**/${locale}/office`);
      const seen = await page.getByRole('banner').innerText();
      assert.ok(seen.includes(say(`office.${role}`)), `${kind}: ${seen}`);
      assert.equal(await heading() === say('desk.INBOX'), kind !== 'school', await heading());
      await audit.look(page, kind);
      // The same page in the other language, still signed in.
      const other = locale === 'ru' ? 'kk' : 'ru';
      await page.locator(`header a[hreflang=${other}]`).click();
      await page.waitForURL(`**/${other}/office`);
      await page.goBack();
      await press('office.SIGN_OUT');
      await page.waitForURL(`**/${locale}/office/sign-in`);
      await page.goto(`/${locale}/office`);
      assert.equal(await heading(), say('office.SIGN_IN'), 'still signed in');
    }
    await audit.end();
  });

  test(`an officer with an authenticator signs in without scripts in ${locale}`, { skip, timeout: 120_000 }, async () => {
    const { audit, page, say, press, knock, heading } = await arrive(locale, `office-plain-${locale}`, false);
    await page.goto(`/${locale}/office`);
    await knock(portal.officers.guarded);
    assert.equal(await heading(), say('office.CODE_TITLE'));
    await audit.look(page, 'code');
    await press('office.CONFIRM');
    assert.equal(await heading(), say('office.CODE_TITLE'));
    await audit.look(page, 'no-code');
    await page.getByLabel(say('office.CODE'), { exact: true }).fill(code(portal.officers.guarded.secret));
    await press('office.CONFIRM');
    await page.waitForURL(`**/${locale}/office`);
    await audit.look(page, 'in');
    await audit.end();
  });
}

// Sent by a parent whom the register does not know: there is something to remark.
const sendOne = async () => {
  const parent = await pass(browser, { locale: 'ru', family: invented() });
  await parent.page.goto('/ru');
  await parent.joinQueue();
  await parent.confirmPhone();
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.chooseSchool();
  await parent.consent();
  await parent.review();
  const number = await parent.send();
  await parent.page.context().close();
  return { number: String(number), child: parent.family.child_iin };
};

test('the department searches, reads an application and goes through the states', { skip, timeout: 300_000 }, async () => {
  const sent = await sendOne();
  for (const locale of ['ru', 'kk']) {
    const { audit, page, say, press, knock, heading } = await arrive(locale, `inbox-${locale}`);
    await page.goto(`/${locale}/office`);
    await knock(portal.officers.department);
    await page.waitForURL(`**/${locale}/office`);
    const field = page.getByLabel(say('desk.SEARCH'), { exact: true });
    await field.fill('999999999');
    await press('desk.FIND');
    await page.getByRole('alert').waitFor();
    assert.equal(await field.inputValue(), '999999999');
    await audit.look(page, 'not-found');

    for (const typed of [sent.number, sent.child]) {
      await field.fill(typed);
      await press('desk.FIND');
      await page.waitForURL(`**/${locale}/office/applications/*`);
      assert.equal(await heading(), say('desk.APPLICATION', { n: sent.number }));
      assert.ok(!page.url().includes(sent.child));
      await page.getByRole('main').getByRole('link', { name: say('desk.TO_INBOX') }).click();
      await page.waitForURL(`**/${locale}/office`);
    }
    await field.fill(sent.number);
    await field.press('Enter');
    await page.waitForURL(`**/${locale}/office/applications/*`);
    const told = await page.getByRole('main').innerText();
    for (const phrase of ['desk.NOT_LINKED', 'desk.CHILD_UNLIKE_REGISTER', 'life.SUBMITTED', 'documents.PHOTO']) {
      assert.ok(told.includes(say(phrase)), phrase);
    }
    // Those further down are fetched when they come into sight.
    for (const picture of await page.getByRole('main').locator('img').all()) {
      await picture.scrollIntoViewIfNeeded();
      await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, await picture.elementHandle());
    }
    await audit.look(page, 'application');

    // A scan closely: larger, turned, and on to the next by the keys.
    await page.getByRole('main').getByRole('link', { name: say('viewer.OPEN') }).first().click();
    await page.waitForURL('**/scans/*/view');
    // The certificate came as a PDF, which the browser shows by itself.
    await page.getByRole('link', { name: say('viewer.OPEN_PDF') }).waitFor();
    await audit.look(page, 'scan-pdf');
    const pdf = page.url();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => url.href !== pdf && url.pathname.endsWith('/view'));
    const picture = page.locator('.scan img');
    await page.waitForFunction(() => { const image = document.querySelector('.scan img'); return image.complete && image.naturalWidth > 0; });
    await audit.look(page, 'scan');
    const width = () => picture.evaluate((image) => image.clientWidth);
    const before = await width();
    await press('viewer.LARGER');
    assert.ok(await width() > before, 'it is not larger');
    await page.keyboard.press('r');
    assert.equal(await picture.evaluate((image) => image.style.transform), 'rotate(90deg)');
    await press('viewer.TURN');
    assert.equal(await picture.evaluate((image) => image.style.transform), 'rotate(180deg)');
    const first = page.url();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => url.href !== first && url.pathname.endsWith('/view'));
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(first);

    await page.goto(`/${locale}/office`);
    await page.getByRole('navigation', { name: say('desk.STATES') }).getByRole('link', { name: say('life.WITHDRAWN') }).click();
    await page.waitForURL('**/office?state=withdrawn');
    assert.equal(await page.getByRole('heading', { level: 2 }).first().innerText(), say('life.WITHDRAWN'));
    await audit.look(page, 'withdrawn');

    // Narrowed: the choice is in the address and stays when the state changes.
    await page.goto(`/${locale}/office?state=submitted`);
    await page.getByLabel(say('desk.REMARKS'), { exact: true }).selectOption('yes');
    await press('desk.SHOW');
    await page.waitForURL('**/office?*remarks=yes*');
    await audit.look(page, 'narrowed');
    const rows = page.locator('.desk tbody th a');
    assert.ok(await rows.count() > 0, 'the application just sent has remarks');
    // The keys: by their place, whatever the keyboard types; off where somebody switched them off.
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('j');
    assert.equal(await focused(), await rows.first().textContent());
    await page.keyboard.press('?');
    assert.equal(await page.locator('[data-keys]').getAttribute('open'), '');
    await audit.look(page, 'keys');
    await page.getByLabel(say('desk.KEYS_ON'), { exact: true }).uncheck();
    await page.reload();
    await page.keyboard.press('j');
    assert.notEqual(await focused(), await rows.first().textContent());
    await page.locator('[data-keys] summary').click();
    await page.getByLabel(say('desk.KEYS_ON'), { exact: true }).check();
    await page.locator('[data-keys] summary').focus();
    await page.keyboard.press('j');
    const opened = await focused();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/${locale}/office/applications/*`);
    assert.equal(await heading(), say('desk.APPLICATION', { n: opened }));

    // Another state keeps the choice; the name finds as the number does.
    await page.goto(`/${locale}/office?state=submitted&language=kazakh`);
    await page.getByRole('navigation', { name: say('desk.STATES') }).getByRole('link', { name: say('life.REGISTERED') }).click();
    await page.waitForURL('**/office?state=registered&language=kazakh');
    await field.fill('сынак');
    await press('desk.FIND');
    await page.waitForURL((url) => !url.search);
    await audit.look(page, 'names');

    await page.goto(`/${locale}/office`);
    await page.getByRole('link', { name: say('reports.TITLE'), exact: true }).click();
    await page.waitForURL(`**/${locale}/office/reports`);
    assert.equal(await heading(), say('reports.TITLE'));
    // Counters lag: until they know of the application that was sent.
    for (let tries = 0; tries < 120 && await page.locator('.chart').count() === 0; tries += 1) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    assert.ok(await page.locator('.chart svg[role=img]').count() > 0, 'no chart');
    await page.getByText(say('reports.TABLE'), { exact: true }).click();
    const csv = await (await page.request.get(`/${locale}/office/reports.csv?table=days`)).body();
    assert.deepEqual([...csv.subarray(0, 4)], [0xef, 0xbb, 0xbf, 0x22], 'Excel takes it for another alphabet');
    await audit.look(page, 'reports');
    await audit.end();
  }
});
