// The office's further rooms: a school is assigned, one of two applications is kept, a class is enrolled
// by one order, a message is sent again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { officer } from './support/officer.js';
import { invented, open, patiently, received, skip, texts } from './support/portal.js';
import { smsWasRefused, whileOrdersAreWritten } from './support/tables.js';
import { pass } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

// A family whom the register does not know sends; gives the parent and the number.
const sendOne = async (locale, family = invented()) => {
  const parent = await pass(browser, { locale, family });
  await parent.page.goto(`/${locale}`);
  await parent.joinQueue();
  await parent.confirmPhone();
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.chooseSchool();
  await parent.consent();
  await parent.review();
  return { parent, number: await parent.send() };
};

const id = (page) => page.url().match(/[0-9a-f]{32}/)[0];

for (const locale of ['ru', 'kk']) {
  test(`a school of residence is assigned in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const { parent, number } = await sendOne(locale);
    const department = await officer(browser, { locale, kind: 'department', journey: `assign-${locale}` });
    const { page } = department;
    await department.open(number);
    await department.begin('ASSIGN', 'assign');
    const held = await department.field('place').inputValue();
    assert.ok(held, 'the school that the territory gives is not proposed');
    await department.field('address').fill('жоқ көше 1000');
    await department.press(department.button('school.FIND'));
    assert.ok((await department.told()).includes(department.say('assigning.NOT_FOUND')));
    await department.audit.look(page, 'not-found');
    // The search suggests as it does for parents, and Enter looks for the address.
    await department.field('address').fill(parent.family.address);
    await department.press({ click: () => department.field('address').press('Enter') });
    assert.equal(await department.field('place').inputValue(), held);
    await department.audit.look(page, 'found');
    await department.field('place').selectOption('');
    await department.refused('ASSIGN', 'empty');
    const other = await department.field('place').locator('option').evaluateAll((all, taken) => all.map(({ value }) => value).find((value) => value && value !== taken), held);
    await department.field('place').selectOption(other);
    await department.decide('ASSIGN', 'decisions.CHANGED_ASSIGN', 'assigned');
    await received(parent.family.phone, parent.say('messages.ASSIGNED_SMS', { number }));
    await parent.checkStatus(number, 'life.SUBMITTED');
    await department.audit.end();
  });

  test(`one of two applications for a child is kept in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const family = invented();
    const first = await sendOne(locale, family);
    const second = await sendOne(locale, { ...family, phone: invented().phone });
    const department = await officer(browser, { locale, kind: 'department', journey: `resolve-${locale}` });
    const { page } = department;
    await department.open(second.number, 'rivals');
    await department.press(department.link('decisions.RESOLVE'));
    assert.equal(await department.heading().innerText(), department.say('resolving.TITLE'));
    const told = await department.told();
    for (const { number } of [first, second]) assert.ok(told.includes(department.say('resolving.WHICH', { n: number })), told);
    await department.audit.look(page, 'compared');
    await department.press(department.button('resolving.PRESS'));
    await page.locator('[data-errors]').waitFor();
    await department.audit.look(page, 'empty');
    await page.getByRole('radio', { name: department.say('resolving.WHICH', { n: first.number }), exact: true }).check();
    await department.press(department.button('resolving.PRESS'));
    assert.equal(await department.heading().innerText(), department.say('desk.APPLICATION', { n: first.number }));
    assert.equal(await department.link('decisions.RESOLVE').count(), 0, 'still two');
    await received(second.parent.family.phone, second.parent.say('messages.REFUSED_SMS', { number: second.number }));
    await department.open(second.number);
    assert.ok((await department.told()).includes(department.say('decisions.GROUND_LIVE')));
    await department.audit.end();
  });

  test(`a list is enrolled by one order in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, number } = await sendOne(locale);
    const department = await officer(browser, { locale, kind: 'department' });
    await department.open(number);
    await department.decide('REGISTER', 'life.REGISTERED');
    const school = await officer(browser, { locale, kind: 'school', journey: `list-${locale}` });
    const { page } = school;
    await school.open(number);
    await school.decide('CONFIRM', 'life.PLACE_CONFIRMED');
    await page.getByRole('banner').getByRole('link', { name: school.say('enrolling.ROOM'), exact: true }).click();
    await page.waitForURL(`**/${locale}/office/enrol`);
    await school.audit.look(page, 'list');
    await school.press(school.button('enrolling.PREVIEW'));
    await page.locator('[data-errors]').waitFor();
    await school.audit.look(page, 'empty');
    await whileOrdersAreWritten(async (year) => {
      const child = page.getByRole('checkbox', { name: new RegExp(`^№ ${number}:`) });
      await child.check();
      await school.field('order-number').fill('15-ө');
      for (const [part, value] of Object.entries({ day: '25', month: '8', year })) await school.field(`order-date-${part}`).fill(`${value}`);
      await school.press(school.button('enrolling.PREVIEW'));
      assert.equal(await school.heading().innerText(), school.say('enrolling.PREVIEW_TITLE'));
      await school.audit.look(page, 'preview');
      await school.press(school.button('enrolling.BACK'));
      assert.ok(await child.isChecked(), 'what was chosen is lost');
      await school.press(school.button('enrolling.PREVIEW'));
      await school.press(school.button('enrolling.ENROL'));
      assert.ok((await school.told()).includes(school.say('enrolling.RESULT', { done: 1, all: 1 })), await school.told());
      await school.audit.look(page, 'result');
    });
    await received(parent.family.phone, parent.say('messages.ENROLLED_SMS', { number }));
    await school.audit.end();
  });

  test(`a message that was refused is sent again in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const { parent, number } = await sendOne(locale);
    const sms = parent.say('messages.ACCEPTED_SMS', { number });
    await received(parent.family.phone, sms);
    const department = await officer(browser, { locale, kind: 'department', journey: `messages-${locale}` });
    const { page } = department;
    await department.open(number);
    const application = id(page);
    // The sender marks the entry after it has sent: what is written before that would be written over.
    await patiently(() => smsWasRefused(application).then(() => true, () => false), 'the entry is not there');
    await page.getByRole('banner').getByRole('link', { name: department.say('undelivered.ROOM'), exact: true }).click();
    await page.waitForURL(`**/${locale}/office/messages`);
    const again = page.getByRole('button', { name: new RegExp(`^${department.say('undelivered.AGAIN')}.*${department.say('undelivered.AGAIN_ABOUT', { n: number })}$`) });
    await again.waitFor();
    await department.audit.look(page, 'list');
    await department.press(again);
    assert.ok((await department.told()).includes(department.say('undelivered.DONE')));
    await department.audit.look(page, 'again');
    const twice = async () => (await texts(parent.family.phone)).filter((text) => text === sms).length === 2;
    await patiently(twice, 'it was not sent again');
    await patiently(async () => {
      await page.goto(`/${locale}/office/messages`);
      return !(await page.content()).includes(application);
    }, 'it stays in the list');
    await department.audit.end();
  });
}
