// Every page and every way to be refused, in both languages, by day and by night, narrow and wide.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { invented, open, portal, skip } from './support/portal.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

for (const locale of ['ru', 'kk']) {
  test(`every page and refusal in ${locale}`, { skip, timeout: 900_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, family: invented(), journey: `gallery-${locale}`, views: THOROUGHLY });
    const { page } = parent;
    const draft = () => page.url().replace(/\/[a-z-]+([?#].*)?$/, '');

    // Before there is a session.
    await parent.home();
    await page.goto(`/${locale}/applications`);
    await parent.at('sign-in');
    await page.goto(`/${locale}/nowhere`);
    assert.equal(await parent.heading().innerText(), parent.say('errors.NOT_FOUND_TITLE'));
    await audit.look(page, '404');

    await page.goto(`/${locale}`);
    await parent.joinQueue();
    await parent.next();
    await parent.refused('contacts');
    await parent.field('phone').fill('+7 7212 56 78 90');
    await parent.press(parent.button('contacts.SEND_CODE').first());
    await parent.refused('contacts');
    await parent.confirmPhone();

    await parent.next();
    await parent.refused('family');
    await parent.press(page.getByRole('button', { name: parent.say('family.FILL_PARENT'), exact: true }));
    await parent.refused('family');
    await page.goto(`${draft()}/service`);
    await parent.at('service');
    await page.goto(`${draft()}/documents/photo`);
    await audit.look(page, 'document-empty');
    await page.goto(`${draft().replace('/documents', '')}/family`);
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
    assert.equal(await parent.heading().innerText(), parent.say('errors.FORGED_TITLE'));
    await audit.look(page, '403');
    await page.goBack();
    await page.reload();
    await parent.findInApplications(await parent.send());
    await audit.end();
  });
}

test('a stranger sees nothing of it', { skip }, async () => {
  const { parent, audit } = await visit(browser, { locale: 'ru', family: portal.sample, journey: 'stranger' });
  await parent.page.goto(`/ru/first-grade/${'0'.repeat(32)}/review`);
  await parent.at('sign-in');
  await audit.end();
});
