// From "sent" to "enrolled", and every refusal: the department, the school and the parent in turn.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { officer } from './support/officer.js';
import { invented, open, portal, received, skip } from './support/portal.js';
import { whileOrdersAreWritten } from './support/tables.js';
import { pass } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

// A family whom the register does not know sends; gives the parent and the number.
const sendOne = async (locale) => {
  const parent = await pass(browser, { locale, family: { ...invented() } });
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

// What the parent reads without signing in.
const reads = async (parent, number, ...phrases) => {
  await parent.checkStatus(number, phrases[0]);
  const told = await parent.page.locator('main').innerText();
  for (const phrase of phrases) assert.ok(told.includes(parent.say(phrase)), `${phrase} is not said: ${told}`);
  for (const name of Object.values(portal.officers).map((account) => account.name)) {
    assert.ok(!told.includes(name), 'an officer is named to the parent');
  }
};

const told = (parent, notice, number) => received(parent.family.phone, parent.say(`messages.${notice}_SMS`, { number }));

for (const locale of ['ru', 'kk']) {
  test(`registered, confirmed and enrolled in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, number } = await sendOne(locale);
    const department = await officer(browser, { locale, kind: 'department', journey: `decide-${locale}` });
    await department.open(number, 'submitted');
    await department.decide('REGISTER', 'life.REGISTERED', 'registered');
    await told(parent, 'REGISTERED', number);
    await reads(parent, number, 'life.REGISTERED', 'life.SUBMITTED', 'life.REGISTERED_MEANS');

    const school = await officer(browser, { locale, kind: 'school', journey: `school-${locale}` });
    await school.open(number, 'registered');
    await school.decide('CONFIRM', 'life.PLACE_CONFIRMED', 'confirmed');
    await told(parent, 'CONFIRMED', number);
    await whileOrdersAreWritten(async (year) => {
      await school.begin('ENROL', 'enrol');
      await school.refused('ENROL', 'enrol-empty');
      await school.field('order-number').fill('12-ө');
      for (const [part, value] of Object.entries({ day: '24', month: '8', year })) await school.field(`order-date-${part}`).fill(`${value}`);
      await school.refused('ENROL', 'enrol-early');
      assert.equal(await school.field('order-number').inputValue(), '12-ө', 'what was typed is lost');
      await school.field('order-date-day').fill('25');
      await school.decide('ENROL', 'life.ENROLLED', 'enrolled');
      assert.ok((await school.told()).includes(school.say('decisions.ORDER', { n: '12-ө', date: `25.08.${year}` })));
    });
    await told(parent, 'ENROLLED', number);
    await reads(parent, number, 'life.ENROLLED', 'life.PLACE_CONFIRMED', 'life.REGISTERED', 'life.SUBMITTED');
    await department.audit.end();
    await school.audit.end();
  });

  test(`returned, then refused in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, number } = await sendOne(locale);
    const department = await officer(browser, { locale, kind: 'department', journey: `return-${locale}` });
    await department.open(number);
    await department.begin('RETURN', 'return');
    await department.refused('RETURN', 'return-empty');
    await department.field('field-child-name').check();
    await department.field('scan-photo').check();
    await department.field('note').fill('Фото анық емес, қайта түсіріңіз');
    await department.decide('RETURN', 'life.RETURNED', 'returned');
    await told(parent, 'RETURNED', number);
    await reads(parent, number, 'life.RETURNED', 'life.RETURNED_MEANS');

    await department.begin('REFUSE', 'refuse');
    await department.refused('REFUSE', 'refuse-empty');
    await department.page.locator('[name="ground"][value="incomplete-papers"]').check();
    await department.field('note').fill('Анықтама жоқ');
    await department.decide('REFUSE', 'life.REGISTRATION_REFUSED', 'refused');
    assert.ok((await department.told()).includes(department.say('decisions.GROUND_PAPERS')));
    await told(parent, 'REFUSED', number);
    await reads(parent, number, 'life.REGISTRATION_REFUSED', 'life.RETURNED');
    await department.audit.end();
  });

  test(`declined by the school in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, number } = await sendOne(locale);
    const department = await officer(browser, { locale, kind: 'department' });
    await department.open(number);
    await department.decide('REGISTER', 'life.REGISTERED');
    const school = await officer(browser, { locale, kind: 'school', journey: `decline-${locale}` });
    await school.open(number);
    await school.begin('DECLINE', 'decline');
    await school.page.locator('[name="ground"][value="requirements-not-met"]').check();
    await school.decide('DECLINE', 'life.DECLINED', 'declined');
    await told(parent, 'DECLINED', number);
    await reads(parent, number, 'life.DECLINED', 'life.REGISTERED');
    await school.audit.end();
  });
}

test('of two officers the slower one sees what happened, and what was typed', { skip, timeout: 300_000 }, async () => {
  const { number } = await sendOne('ru');
  const [one, two] = await Promise.all(['one', 'two'].map((journey) => officer(browser, { locale: 'ru', kind: 'department', journey: `met-${journey}` })));
  await two.open(number);
  await two.begin('REFUSE', 'refuse');
  await one.open(number);
  await one.decide('REGISTER', 'life.REGISTERED');
  await two.page.locator('[name="ground"][value="false-data"]').check();
  await two.field('note').fill('Пояснение для родителя');
  await two.press(two.button('decisions.REFUSE'));
  const told = await two.told();
  for (const phrase of ['decisions.MET_TITLE', 'life.REGISTERED', 'decisions.UNFIT_STATE']) assert.ok(told.includes(two.say(phrase)), phrase);
  assert.equal(await two.field('note').inputValue(), 'Пояснение для родителя');
  await two.audit.look(two.page, 'met');
});
