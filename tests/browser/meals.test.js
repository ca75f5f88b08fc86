// Free meals: from the check to the number, the school's answers, and the renewal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { officer } from './support/officer.js';
import { invented, open, portal, received, skip } from './support/portal.js';
import { asIfIn } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

// From the home page to the number; the school is the one whose officer the stack made.
const send = async (parent) => {
  const { page } = parent;
  await parent.home();
  await parent.press(parent.link('meals.TITLE'));
  await parent.audit.look(page, 'start');
  await parent.press(parent.link('meals.CHECK_LINK'));
  await parent.at('check');
  await page.getByLabel(parent.say('meals.SAYS_INCOME')).check();
  await parent.press(parent.button('meals.CHECK_BUTTON'));
  await parent.at('check', 'check-answer');
  assert.ok(await parent.text('meals.LOW_INCOME').first().isVisible());
  await parent.press(parent.link('meals.START'));
  await parent.press(parent.button('meals.START'));
  await parent.at('contacts');
  await parent.confirmPhone();
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.at('meals');
  await parent.next();
  await parent.refused('meals');
  await parent.field('school').selectOption(portal.officers.school.school);
  parent.chosen = (await parent.field('school').locator('option:checked').textContent());
  await parent.field('class').fill('7б');
  await parent.option('category', 'low-income').check();
  await parent.attach('income', parent.say('documents.INCOME'), 'meals');
  assert.equal(await parent.field('class').inputValue(), '7б', 'the attaching lost the class');
  await parent.at('meals', 'meals-filled');
  // Where the browser can, only what the chosen category asks for is shown.
  const visible = await page.locator('.revealed').evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
  assert.equal(visible, 1);
  await parent.next();
  await parent.consent();
  await parent.review();
  return parent.send();
};

const openIn = async (school, service, number) => {
  await school.page.goto(`/${school.locale}/office?service=${service}`);
  await school.audit.look(school.page, 'inbox');
  await school.page.getByRole('link', { name: `${number}`, exact: true }).click();
  await school.page.waitForURL('**/office/applications/*');
  await school.audit.look(school.page, 'application');
};

for (const locale of ['ru', 'kk']) {
  test(`free meals approved, ending and renewed in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, service: 'meals', scripts: locale === 'ru', family: invented(), journey: `meals-${locale}` });
    const number = await send(parent);
    const sent = parent.page.url();
    await received(parent.family.phone, parent.say('meals.ACCEPTED_SMS', { number }));
    const school = await officer(browser, { locale, kind: 'school', journey: `meals-school-${locale}` });
    await openIn(school, 'meals', number);
    await school.press(school.link('meals.APPROVE'));
    await school.audit.look(school.page, 'approve');
    await school.field('until-day').fill('');
    await school.press(school.button('meals.APPROVE'));
    await school.audit.look(school.page, 'approve-empty');
    await school.field('until-day').fill('31');
    await school.press(school.button('meals.APPROVE'));
    assert.ok((await school.told()).includes(school.say('meals.APPROVED')));
    await school.audit.look(school.page, 'approved');
    await received(parent.family.phone, parent.say('meals.APPROVED_SMS', { number }));
    await parent.page.goto(sent);
    await parent.at('sent', 'approved');
    assert.ok(await parent.text('meals.APPROVED_MEANS').first().isVisible());

    // What the hourly function does on the day is tested over HTTP; here is how it looks then.
    await asIfIn('ending', sent.match(/[0-9a-f]{32}/)[0]);
    await parent.page.reload();
    await parent.at('sent', 'ending');
    await parent.press(parent.button('meals.RENEW'));
    await parent.at('meals', 'renewal');
    assert.equal(await parent.field('class').inputValue(), '7 Б');
    await parent.next();
    await parent.refused('meals');
    await audit.end();
    await school.audit.end();
  });

  test(`free meals refused in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, service: 'meals', family: invented(), journey: `meals-refused-${locale}`, views: [] });
    const number = await send(parent);
    const sent = parent.page.url();
    const school = await officer(browser, { locale, kind: 'school', journey: `meals-refuse-${locale}` });
    await openIn(school, 'meals', number);
    await school.press(school.link('meals.REFUSE'));
    await school.page.locator('[name="ground"][value="incomplete-papers"]').check();
    await school.field('note').fill('Анықтама жоқ');
    await school.press(school.button('meals.REFUSE'));
    assert.ok((await school.told()).includes(school.say('meals.REFUSED')));
    await received(parent.family.phone, parent.say('meals.REFUSED_SMS', { number }));
    await parent.page.goto(sent);
    // The way to it is looked at by the other journey.
    audit.views = THOROUGHLY;
    await parent.at('sent', 'refused');
    const told = await parent.page.locator('main').innerText();
    for (const said of [parent.say('meals.REFUSED_MEANS'), 'Анықтама жоқ']) assert.ok(told.includes(said), told);
    await audit.end();
    await school.audit.end();
  });
}
