// Every page and every way to be refused, in both languages, by day and by night, narrow and wide.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { invented, open, portal, skip } from './support/portal.js';
import { codesWereAskedFor } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

for (const locale of ['ru', 'kk']) {
  test(`every page and refusal in ${locale}`, { skip, timeout: 900_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, family: invented(), journey: `gallery-${locale}`, views: THOROUGHLY });
    const { page } = parent;
    const draft = () => page.url().match(/^.*\/first-grade\/[0-9a-f]{32}/)[0];

    const stopped = async (title, name) => {
      assert.equal(await parent.heading().innerText(), parent.say(title));
      await audit.look(page, name);
    };

    // Before there is a session.
    await parent.home();
    await page.goto(`/${locale}/applications`);
    await parent.at('sign-in');
    await page.goto(`/${locale}/nowhere`);
    await stopped('errors.NOT_FOUND_TITLE', '404');

    // The schools, of which anybody may read.
    await page.goto(`/${locale}/schools`);
    await audit.look(page, 'schools');
    const schools = await page.locator('.schools input').evaluateAll((boxes) => boxes.map((box) => box.value));
    await page.goto(`/${locale}/schools/${schools[0]}`);
    await audit.look(page, 'school-page');
    await page.goto(`/${locale}/schools/compare?${schools.slice(0, 3).map((id) => `school=${id}`).join('&')}`);
    await audit.look(page, 'schools-compared');
    await page.goto(`/${locale}/schools/compare`);
    await audit.look(page, 'schools-not-chosen');
    await page.goto(`/${locale}/schools/${schools[0]}/territory`);
    await audit.look(page, 'territory');

    // The school by an address, whatever comes of it.
    await page.goto(`/${locale}/school-search`);
    await audit.look(page, 'search');
    const asked = [['found', 'Мустафина 12'], ['none', 'Карла Маркса 7'], ['choose', 'Мира 25'], ['no-house', 'Мустафина'], ['unknown', 'Мустафина 300'], ['not-found', 'Несуществующая 5']];
    for (const [name, address] of asked) {
      await page.goto(`/${locale}/school-search?address=${encodeURIComponent(address)}`);
      await audit.look(page, `search-${name}`);
    }

    await page.goto(`/${locale}/teachers`);
    await audit.look(page, 'teachers');
    await page.locator('.schools h2 a').first().click();
    await audit.look(page, 'teacher-page');
    await page.goto(`/${locale}/teachers?category=researcher&q=%3F0`);
    await audit.look(page, 'teachers-none');
    await page.goto(`/${locale}/faq`);
    await audit.look(page, 'faq');

    await page.goto(`/${locale}`);
    await parent.joinQueue();
    await parent.next();
    await parent.refused('contacts');
    await parent.field('phone').fill('+7 7212 56 78 90');
    await parent.press(parent.button('contacts.SEND_CODE').first());
    await parent.refused('contacts');

    // Codes asked for too often.
    await parent.confirmPhone();
    await page.goto(`${draft()}/contacts`);
    const pressed = Date.now();
    await parent.field('second-phone').fill(invented().phone);
    await parent.field('second-sms-consent').check();
    await parent.press(parent.button('contacts.SEND_CODE').first());
    await parent.at('contacts', 'contacts-second-code');
    await codesWereAskedFor(5, pressed);
    // The script hides the button for a minute; those who have none press it at once.
    await parent.press({ click: () => parent.option('which', 'second').evaluate((button) => button.click()) });
    await parent.refused('contacts');
    const summary = await page.locator('[data-errors]').innerText();
    assert.ok(summary.includes(parent.say('contacts.CODE_TOO_OFTEN').split('{')[0].trim()), summary);
    assert.ok(await parent.button('contacts.SEND_CODE_AGAIN').first().isVisible(), 'an hour is counted down in seconds');
    await parent.field('second-phone').fill('');
    await parent.next();
    await parent.at('family');

    await parent.next();
    await parent.refused('family');
    await parent.press(page.getByRole('button', { name: parent.say('family.FILL_PARENT'), exact: true }));
    await parent.refused('family');
    await page.goto(`${draft()}/service`);
    await parent.at('service');
    await page.goto(`${draft()}/documents/photo`);
    await audit.look(page, 'document-empty');
    const family = `${draft()}/family`;

    // A file that is refused at once, one that is refused by the check, and addresses that want a button.
    const html = { name: 'скан.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html>') };
    const file = page.getByLabel(parent.say('documents.CHOOSE_FILE'));
    await file.setInputFiles(html);
    await parent.press({ click: () => page.locator('[data-upload] form').evaluate((form) => form.submit()) });
    await parent.refused('photo');
    await page.goto(`${draft()}/documents/pmpc`);
    await file.setInputFiles(html);
    await parent.press(parent.button('documents.SEND_FILE'));
    await parent.text('documents.UNKNOWN_TYPE').waitFor();
    await audit.look(page, 'document-refused');
    await page.goto(family);
    await audit.look(page, 'family-refused-document');
    await page.goto(`${draft()}/documents/pmpc`);
    await parent.press(page.getByRole('button', { name: new RegExp(`^${parent.say('documents.REMOVE')}`) }));
    await page.goto(`${draft()}/documents/photo`);
    await file.setInputFiles({ name: 'скан.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from('%PDF-1.5'), Buffer.alloc(4 << 20)]) });
    await parent.press({ click: () => page.locator('[data-upload] form').evaluate((form) => form.submit()) });
    await parent.refused('photo');
    await page.goto(`${draft()}/documents/photo/ticket`);
    await stopped('errors.METHOD_TITLE', '405');
    await page.goto(family);
    await parent.field('parent-surname').evaluate((field) => { field.value = 'а'.repeat(300_000); });
    await parent.next();
    await stopped('errors.FORM_TOO_LARGE_TITLE', '413');
    await page.goto(family);
    await parent.typeFamily();
    await parent.typeCertificate();
    await parent.attachDocuments();
    await parent.next();

    await parent.at('school');
    await parent.next();
    await parent.refused('school');
    await parent.chooseSchool();
    await parent.at('consent');
    await parent.next();
    await parent.refused('consent');
    await parent.consent();
    await parent.review();

    // A page left open since another session: its token is no longer good.
    await page.locator('[name="csrf"]').first().evaluate((field) => { field.value = ''; });
    await parent.press(parent.button('review.SEND'));
    await stopped('errors.FORGED_TITLE', '403');
    await page.goBack();
    await page.reload();
    await parent.findInApplications(await parent.send());
    await audit.end();
  });
}

// The pages of trouble as the functions write them: most come about only where AWS fails.
test('every page of trouble', { skip, timeout: 300_000 }, async () => {
  const files = readdirSync(portal.troubles);
  assert.ok(files.length >= 26, 'the pages of trouble are not there');
  const { parent, audit } = await visit(browser, { locale: 'ru', journey: 'trouble', views: THOROUGHLY });
  for (const file of files) {
    const body = readFileSync(join(portal.troubles, file), 'utf8');
    const address = `${portal.origin}/${file.slice(0, 2)}/trouble`;
    await parent.page.route(address, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
    await parent.page.goto(address);
    await audit.look(parent.page, file.replace('.html', ''));
    await parent.page.unroute(address);
  }
  await audit.end();
});

test('a stranger sees nothing of it', { skip }, async () => {
  const { parent, audit } = await visit(browser, { locale: 'ru', family: portal.sample, journey: 'stranger' });
  await parent.page.goto(`/ru/first-grade/${'0'.repeat(32)}/review`);
  await parent.at('sign-in');
  await audit.end();
});
