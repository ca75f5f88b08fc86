// After the sending: what the department returns is corrected and sent again, the parent stays where
// the place is held, and stops the messages. With scripts and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { codeAfter, invented, letters, open, patiently, portal, received, skip } from './support/portal.js';
import { visit } from './support/visit.js';
import { words } from './support/words.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const NOTE = 'Имя ребёнка написано не так, как в свидетельстве.\nСнимок свидетельства не читается.';

// Sends an application of a parent who reads letters too. Gives its number.
const send = async (parent, mail) => {
  const { page } = parent;
  await page.goto(`/${parent.locale}`);
  await parent.joinQueue();
  await parent.field('email').fill(mail);
  await parent.press(parent.option('which', 'email'));
  const [letter] = await patiently(async () => { const all = await letters(mail); return all.length > 0 && all; }, 'no letter with a code came');
  await parent.field('phone').fill(parent.family.phone);
  await parent.field('sms-consent').check();
  const code = await codeAfter(parent.family.phone, () => parent.press(parent.option('which', 'main')));
  await parent.field('code').fill(code);
  await parent.field('email-code').fill(letter.match(/\b\d{6}\b/)[0]);
  await parent.next();
  await parent.at('family');
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.chooseSchool();
  await parent.field('by-email').check();
  await parent.consent();
  await parent.review();
  return parent.send();
};

// The department returns it by the office's own pages.
const giveBack = async (locale, number) => {
  const say = words(locale);
  const context = await browser.newContext({ baseURL: portal.origin });
  const page = await context.newPage();
  const press = (path) => page.getByRole('button', { name: say(path), exact: true }).click();
  await page.goto(`/${locale}/office`);
  await page.getByLabel(say('office.USERNAME'), { exact: true }).fill(portal.officers.department.name);
  await page.getByLabel(say('office.PASSWORD'), { exact: true }).fill(portal.officers.department.password);
  await press('office.ENTER');
  await page.waitForURL(`**/${locale}/office`);
  await page.getByLabel(say('desk.SEARCH'), { exact: true }).fill(`${number}`);
  await press('desk.FIND');
  await page.waitForURL(`**/${locale}/office/applications/*`);
  await page.goto(`${page.url()}/return`);
  await page.locator('[name="field-child-name"]').check();
  await page.locator('[name="scan-birth-certificate"]').check();
  await page.locator('[name="note"]').fill(NOTE);
  await press('decisions.RETURN');
  await page.waitForURL(/\/office\/applications\/[0-9a-f]{32}$/);
  await context.close();
};

for (const [locale, scripts] of [['ru', true], ['kk', false]]) {
  test(`returned, corrected, stayed and stopped in ${locale}`, { skip, timeout: 420_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, scripts, family: invented(), journey: `following-${locale}`, views: THOROUGHLY });
    const { page, say } = parent;
    const main = async () => (await page.locator('main').innerText()).replace(/\s+/g, ' ');
    const says = async (path, values) => {
      const parts = say(path, values).split(/\{\w+\}/).map((part) => part.replace(/\s+/g, ' ').trim());
      const shown = await main();
      assert.ok(parts.every((part) => shown.includes(part)), `${path} is not said: ${shown}`);
    };
    // The way to the number is looked at by others.
    const mail = `following-${locale}-${Date.now()}@example.com`;
    parent.audit = undefined;
    const number = await send(parent, mail);
    const sent = page.url();
    await giveBack(locale, number);
    await received(parent.family.phone, say('messages.RETURNED_SMS', { number }));
    parent.audit = audit;

    await page.goto(sent);
    await parent.at('sent', 'returned');
    for (const phrase of ['life.RETURNED_MEANS', 'decisions.FIELD_CHILD_NAME', 'documents.BIRTH_CERTIFICATE']) await says(phrase);
    assert.ok((await main()).includes(NOTE.replace(/\s+/g, ' ')), 'the note is not shown');
    await parent.findInApplications(number);
    await parent.press(page.getByRole('link', { name: new RegExp(`^${say('corrections.LINK')}`) }));
    await parent.at('correct');
    assert.equal(await parent.heading().innerText(), say('corrections.TITLE', { n: number }));
    assert.equal(await parent.field('child-iin').count() + await parent.field('parent-name').count(), 0, 'more is open than was asked');

    // What is wrong is told and kept; the other language and the document's page lose nothing.
    await parent.field('child-name').fill('');
    await parent.field('child-surname').fill('Түзетіл');
    await parent.press(parent.button('corrections.SEND'));
    await parent.refused('correct');
    await parent.switchLanguage(locale === 'ru' ? 'kk' : 'ru');
    await parent.at('correct');
    assert.equal(await parent.field('child-surname').inputValue(), 'Түзетіл');
    await parent.switchLanguage(locale);
    await parent.attach('birth-certificate', say('documents.BIRTH_CERTIFICATE'), 'correct', 'documents.REPLACE');
    assert.equal(await parent.field('child-surname').inputValue(), 'Түзетіл', 'the attaching lost what was typed');
    await parent.field('child-surname').fill('Түзетілген');
    await parent.field('child-name').fill('Мысал');
    await parent.press(parent.button('corrections.SEND'));
    await parent.at('sent', 'resent');
    assert.equal(await parent.heading().innerText(), say('status.FOUND_TITLE', { n: number }));
    await says('life.SUBMITTED_MEANS');
    await received(parent.family.phone, say('messages.RESENT_SMS', { number }));
    await page.goto(sent.replace(/sent$/, 'correct'));
    await parent.at('sent', 'resent-again');

    await parent.press(parent.link('decisions.STAY'));
    await parent.at('stay');
    assert.equal(await parent.heading().innerText(), say('status.STAY_TITLE', { n: number }));
    assert.ok((await main()).includes(parent.quota.split(',')[0]), 'what is given up is not named');
    await parent.press(parent.button('status.STAY_SURE'));
    await parent.at('sent', 'stayed');
    await says('status.STAYED');
    assert.equal(await parent.link('decisions.STAY').count(), 0);
    await received(parent.family.phone, say('messages.STAYED_SMS', { number }));
    await page.goto(sent.replace(/sent$/, 'stay'));
    await parent.at('sent', 'stayed-again');
    await parent.checkStatus(number, 'life.SUBMITTED');
    for (const phrase of ['life.RETURNED', 'decisions.CHANGED_STAY']) await says(phrase);

    // No more messages: letters by the link in each, SMS by a button.
    const link = await patiently(async () => (await letters(mail)).map((text) => text.match(/https?:\S+\/unsubscribe\/[0-9a-f]{64}/)).find(Boolean), 'no letter can be stopped');
    await page.goto(link[0]);
    await audit.look(page, 'unsubscribe');
    await parent.press(parent.button('unsubscribe.STOP'));
    await says('unsubscribe.STOPPED');
    await audit.look(page, 'unsubscribed');
    await page.goto(`/${locale}/applications`);
    await parent.press(parent.button('applications.SMS_STOP'));
    await says('applications.SMS_OFF');
    await audit.look(page, 'sms-stopped');
    await page.goto(sent);
    await says('review.NEXT_NO_NOTICE');
    await parent.withdraw(number);
    await audit.end();
  });
}
