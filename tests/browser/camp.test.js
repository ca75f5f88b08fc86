// Summer camp: from the calendar to the number, the offer and its confirmation, its end, a refusal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { officer } from './support/officer.js';
import { invented, open, received, skip } from './support/portal.js';
import { asIfIn, asIfOffered } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const day = (days) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

// From the home page to the number, past everything that is wrong on step 4.
const send = async (parent) => {
  const { page } = parent;
  await parent.home();
  await parent.joinQueue();
  await parent.confirmPhone();
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.at('camp');
  await parent.next();
  await parent.refused('camp');
  // A shift for older children is not offered.
  const offered = await parent.field('shift-1').locator('option').evaluateAll((all) => all.map((one) => one.value));
  assert.ok(offered.includes('sunny-2') && !offered.includes('lake-2'), offered.join());
  await parent.field('shift-1').selectOption('mountain-2');
  await parent.field('shift-2').selectOption('mountain-2');
  await parent.option('claim', 'low-income').check();
  await parent.next();
  await parent.refused('camp');
  await parent.field('shift-2').selectOption('sunny-2');
  parent.chosen = await parent.field('shift-1').locator('option:checked').textContent();
  await parent.attach('income', parent.say('documents.INCOME'), 'camp');
  assert.equal(await parent.field('shift-2').inputValue(), 'sunny-2', 'the attaching lost the shift');
  await parent.at('camp', 'camp-filled');
  // Where the browser can, only what the chosen ground asks for is shown.
  const visible = await page.locator('.revealed').evaluateAll((all) => all.filter((one) => one.checkVisibility() && one.childElementCount).length);
  assert.equal(visible, 1);
  await parent.next();
  await parent.consent();
  await parent.review();
  return parent.send();
};

const openIn = async (department, number) => {
  await department.page.goto(`/${department.locale}/office?service=camp`);
  await department.audit.look(department.page, 'inbox');
  await department.page.getByRole('link', { name: `${number}`, exact: true }).click();
  await department.page.waitForURL('**/office/applications/*');
  await department.audit.look(department.page, 'application');
};

for (const locale of ['ru', 'kk']) {
  test(`a place in a camp offered, confirmed and lapsed in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, service: 'camp', scripts: locale === 'ru', family: invented(), journey: `camp-${locale}` });
    const { page } = parent;
    await page.goto(`/${locale}/camp`);
    await parent.press(parent.link('camp.CALENDAR_LINK'));
    await parent.at('camps');
    await parent.press(page.locator('a[href$="/camps/mountain-2"]'));
    await parent.at('mountain-2', 'shift');
    assert.ok(await parent.text('queue.LIST_EMPTY').first().isVisible());
    const number = await send(parent);
    const sent = page.url();
    await received(parent.family.phone, parent.say('messages.ACCEPTED_SMS', { number }));

    const department = await officer(browser, { locale, kind: 'department', journey: `camp-department-${locale}` });
    await openIn(department, number);
    await department.press(department.button('decisions.REGISTER'));
    assert.ok((await department.told()).includes(department.say('life.REGISTERED')));
    await received(parent.family.phone, parent.say('camp.REGISTERED_SMS', { number }));
    await page.goto(sent);
    await parent.at('sent', 'registered');

    // What the queue and the hourly function do on their day is tested over HTTP; here is how it looks then.
    const id = sent.match(/[0-9a-f]{32}/)[0];
    const place = { shift: 'sunny-2', language: 'russian', section: 'general' };
    await asIfOffered({ ...place, until: day(3) }, id);
    await page.reload();
    await parent.at('sent', 'offered');
    await parent.press(parent.link('camp.CONFIRM'));
    await parent.at('confirm');
    assert.ok(await parent.text('camp.CONFIRM_GIVEN_UP').first().isVisible(), 'nobody says what is given up');
    await parent.press(parent.button('camp.CONFIRM'));
    await parent.at('sent', 'confirmed');
    assert.ok(await parent.text('camp.CONFIRMED_MEANS').first().isVisible());
    await received(parent.family.phone, parent.say('camp.CONFIRMED_SMS', { number }));

    // Past the last day nobody confirms; what was not confirmed has ended.
    await asIfOffered({ ...place, until: day(-2) }, id);
    await page.goto(`/${locale}/camp/${id}/confirm`);
    await parent.at('confirm', 'confirm-late');
    assert.ok(await parent.text('camp.CONFIRM_LATE').first().isVisible());
    await asIfIn('lapsed', id);
    await page.goto(sent);
    await parent.at('sent', 'lapsed');
    assert.ok(await parent.text('camp.LAPSED_MEANS').first().isVisible());
    await audit.end();
    await department.audit.end();
  });

  test(`a camp refused in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, service: 'camp', family: invented(), journey: `camp-refused-${locale}`, views: [] });
    const number = await send(parent);
    const sent = parent.page.url();
    const department = await officer(browser, { locale, kind: 'department', journey: `camp-refuse-${locale}` });
    await openIn(department, number);
    await department.press(department.link('decisions.REFUSE'));
    await department.page.locator('[name="ground"][value="incomplete-papers"]').check();
    await department.field('note').fill('Анықтама жоқ');
    await department.press(department.button('decisions.REFUSE'));
    assert.ok((await department.told()).includes(department.say('life.REGISTRATION_REFUSED')));
    await received(parent.family.phone, parent.say('messages.REFUSED_SMS', { number }));
    await parent.page.goto(sent);
    // The way to it is looked at by the other journey.
    audit.views = THOROUGHLY;
    await parent.at('sent', 'refused');
    const told = await parent.page.locator('main').innerText();
    for (const said of [parent.say('life.REGISTRATION_REFUSED_MEANS'), 'Анықтама жоқ']) assert.ok(told.includes(said), told);
    await audit.end();
    await department.audit.end();
  });
}
