// A parent goes all the way, in both languages, with scripts and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { invented, open, portal, received, skip } from './support/portal.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const finish = async ({ parent, audit }) => {
  await parent.chooseSchool();
  await parent.consent();
  await parent.review();
  const number = await parent.send();
  const sent = parent.page.url();
  assert.ok(number > 0);
  await received(parent.family.phone, parent.say('messages.ACCEPTED_SMS', { number }));
  await parent.readReceipt(number);
  await parent.findInApplications(number);
  await parent.checkStatus(number, 'life.SUBMITTED');
  // In the other language nothing is typed again.
  await parent.press(parent.page.locator('[name="act"][value="language"]').first());
  assert.equal(await parent.page.locator('html').getAttribute('lang'), parent.locale === 'ru' ? 'kk' : 'ru');
  await parent.page.goto(sent);
  await parent.withdraw(number);
  await received(parent.family.phone, parent.say('messages.WITHDRAWN_SMS', { number }));
  await parent.checkStatus(number, 'life.WITHDRAWN');
  await audit.end();
};

test('in Russian with scripts, names from the register', { skip, timeout: 300_000 }, async () => {
  const visitor = await visit(browser, { locale: 'ru', scripts: true, family: portal.sample, journey: 'ru-scripts' });
  const { parent } = visitor;
  await parent.home();
  await parent.joinQueue();
  await parent.confirmPhone();
  await parent.lookUpFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await finish(visitor);
});

test('in Kazakh without scripts, everything typed by hand', { skip, timeout: 300_000 }, async () => {
  const visitor = await visit(browser, { locale: 'kk', scripts: false, family: invented(), journey: 'kk-plain' });
  const { parent } = visitor;
  await parent.home();
  await parent.joinQueue();
  await parent.confirmPhone();
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await finish(visitor);
});
