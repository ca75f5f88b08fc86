// Ways that leave the straight one: other families, other devices, back and forth, no mouse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeAfter, invented, open, received, registered, skip, texts } from './support/portal.js';
import { codesWereAskedFor } from './support/tables.js';
import { pass } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const begin = async (options) => {
  const parent = await pass(browser, options);
  await parent.page.goto(`/${parent.locale}`);
  await parent.joinQueue();
  return parent;
};

const values = (parent, names) => Promise.all(names.map((name) => parent.field(name).inputValue()));

test('a draft goes on on a second device, and every answer can be changed before it is sent', { skip, timeout: 180_000 }, async () => {
  const family = registered('no-patronymic');
  const first = await begin({ locale: 'ru', family });
  const begun = Date.now();
  await first.confirmPhone();
  await first.lookUpFamily();
  await first.typeCertificate();
  await first.attachDocuments();
  const typed = ['parent-surname', 'child-name', 'child-birth-date-day', 'certificate-number'];
  const before = await values(first, typed);
  await first.next();
  await first.at('school');

  await codesWereAskedFor(1, begun);
  const second = await pass(browser, { locale: 'ru', family });
  await second.signIn();
  await second.press(second.page.getByRole('link', { name: new RegExp(`^${second.say('applications.CONTINUE')}`) }));
  await second.at('school');

  // Back and forth keeps what is typed, finished or not.
  await second.field('address').fill('Мустаф');
  await second.field('flat').fill('7');
  await second.press(second.button('common.BACK'));
  await second.at('family');
  assert.deepEqual(await values(second, typed), before);
  await second.field('parent-surname').fill('Недописа');
  await second.press(second.button('common.BACK'));
  await second.at('contacts');
  await second.next();
  await second.at('family');
  assert.equal(await second.field('parent-surname').inputValue(), 'Недописа');
  await second.field('parent-surname').fill(before[0]);
  await second.next();
  await second.at('school');
  assert.deepEqual(await values(second, ['address', 'flat']), ['Мустаф', '7']);
  await second.field('address').fill(family.address);
  await second.field('flat').fill('');
  await second.chooseSchool();
  await second.consent();
  await second.review();

  // Changed, refused, mended: and back on the review.
  await second.change('certificate-number');
  await second.at('family');
  await second.field('certificate-number').fill('');
  await second.next();
  await second.refused('family');
  await second.field('certificate-number').fill('ҮЛГІ 0000002');
  await second.next();
  await second.at('review');
  assert.ok((await second.page.locator('main').innerText()).includes('ҮЛГІ 0000002'));
  await second.change('notice-language');
  await second.at('consent');
  await second.press(second.button('common.BACK'));
  await second.at('review');

  // The first device sees the same draft.
  await first.page.goto(second.page.url().replace(/[?#].*/, ''));
  await first.at('review');
  assert.ok((await first.page.locator('main').innerText()).includes('ҮЛГІ 0000002'));
  const number = await second.send();
  await received(family.phone, second.say('messages.ACCEPTED_SMS', { number }));
  await second.findInApplications(number);
});

test('a parent whom the register does not link, at an address that no list has', { skip, timeout: 180_000 }, async () => {
  const parent = await begin({ locale: 'kk', family: registered('not-linked') });
  await parent.confirmPhone();
  await parent.field('register-consent').check();
  await parent.lookUp('parent', 'family.FOUND');
  await parent.lookUp('child', 'family.NOT_FOUND');
  assert.ok(await parent.text('family.NOT_LINKED').isVisible());
  assert.equal(await parent.field('child-surname').inputValue(), '', 'the register told about a child of others');
  await parent.typePerson('child');
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.attach('guardianship', parent.say('documents.GUARDIANSHIP'));
  await parent.next();
  await parent.typeAddress('Жаңа көше, 1-үй');
  await parent.consent();
  await parent.review();
  const shown = await parent.page.locator('main').innerText();
  for (const words of ['family.NOT_LINKED', 'review.HOME_UNKNOWN', 'documents.GUARDIANSHIP', 'documents.ADDRESS_PROOF']) {
    assert.ok(shown.includes(parent.say(words)), `the review does not say ${words}`);
  }
  assert.ok(shown.includes('Жаңа көше, 1-үй'));
  await parent.findInApplications(await parent.send());
});

test('a child who is six only after 1 September, at the explicit wish, without scripts', { skip, timeout: 180_000 }, async () => {
  const parent = await begin({ locale: 'ru', scripts: false, family: registered('after-september') });
  await parent.confirmPhone();
  await parent.lookUpFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.refused('family');
  assert.ok(await parent.page.locator('[data-errors]').getByText(parent.say('family.WISH_NEEDED')).isVisible());
  await parent.field('early-wish').check();
  await parent.next();
  await parent.chooseSchool();
  await parent.consent();
  await parent.review();
  assert.ok((await parent.page.locator('main').innerText()).includes(parent.say('review.EARLY_WISH')));
  await parent.findInApplications(await parent.send());
});

test('another language in the middle of a form that is half filled and wrong', { skip, timeout: 60_000 }, async () => {
  const parent = await begin({ locale: 'ru', family: invented() });
  await parent.confirmPhone();
  const typed = {
    'parent-iin': '12345', 'parent-surname': 'Сынақова <b>', 'parent-birth-date-day': '31', 'parent-birth-date-month': '2',
    'child-name': 'Әлі', 'certificate-number': '№ 12 «а»', 'certificate-issued-year': '20',
  };
  for (const [name, value] of Object.entries(typed)) await parent.field(name).fill(value);
  await parent.option('child-sex', 'male').check();
  await parent.field('early-wish').check();
  const check = async () => {
    assert.deepEqual(await values(parent, Object.keys(typed)), Object.values(typed));
    assert.ok(await parent.option('child-sex', 'male').isChecked() && await parent.field('early-wish').isChecked());
  };
  await parent.next();
  await parent.refused('family');
  await check();
  for (const locale of ['kk', 'ru']) {
    await parent.switchLanguage(locale);
    await parent.at('family');
    assert.equal((await parent.heading().innerText()).trim(), parent.say('family.TITLE'));
    await check();
  }
});

test('with nothing but a keyboard', { skip, timeout: 60_000 }, async () => {
  const family = invented();
  const parent = await begin({ locale: 'kk', family });
  const { page } = parent;
  const focused = () => page.evaluate(() => {
    const { name, value, type, textContent, hash } = document.activeElement;
    return { name: name ?? '', value, type, hash, text: (textContent ?? '').trim() };
  });
  const tabTo = async (what, found) => {
    for (let press = 0; press < 80; press += 1) {
      await page.keyboard.press('Tab');
      if (found(await focused())) return;
    }
    assert.fail(`${what} is not reached with Tab`);
  };
  const enter = () => Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press('Enter')])
    .then(() => page.waitForLoadState('load'));

  // The first stop leads past the head of the page.
  await page.keyboard.press('Tab');
  assert.equal((await focused()).text, parent.say('common.SKIP'));
  await page.keyboard.press('Enter');

  await tabTo('the phone', ({ name }) => name === 'phone');
  await page.keyboard.type('+7 7212 56');
  await enter();
  await parent.refused('contacts');
  assert.equal(await parent.field('phone').inputValue(), '+7 7212 56');

  // The summary's line leads into its field.
  await tabTo('the line about the phone', ({ hash }) => hash === '#phone');
  await page.keyboard.press('Enter');
  assert.equal((await focused()).name, 'phone');

  // Enter in a field means "next", whatever buttons stand before it: no code is sent.
  await page.keyboard.press('Control+A');
  await page.keyboard.type(family.phone);
  await enter();
  await parent.refused('contacts');
  assert.ok(await parent.page.locator('[data-errors]').getByText(parent.say('contacts.CODE_NEEDED')).isVisible());
  assert.deepEqual(await texts(family.phone), []);
  await tabTo('the consent', ({ name }) => name === 'sms-consent');
  await page.keyboard.press('Space');
  await tabTo('the button', ({ name, value }) => name === 'which' && value === 'main');
  const code = await codeAfter(family.phone, enter);
  await parent.at('contacts');
  if ((await focused()).name !== 'code') await tabTo('the code', ({ name }) => name === 'code');
  await page.keyboard.type(code);
  await enter();
  await parent.at('family');

  // Radios by arrows, and the whole of the page within reach.
  await tabTo('the sex', ({ name }) => name === 'parent-sex');
  await page.keyboard.press('ArrowDown');
  assert.ok(await parent.option('parent-sex', 'male').isChecked());
  await tabTo('a document', ({ name, value }) => name === 'act' && value === 'document:photo');
  await enter();
  await parent.at('photo');
});
