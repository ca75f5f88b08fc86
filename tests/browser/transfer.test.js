// A transfer: from the home page to the number, the new school's slip, a refusal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { THOROUGHLY } from './support/audit.js';
import { officer } from './support/officer.js';
import { invented, open, portal, received, skip } from './support/portal.js';
import { asIfIn, asIfSlipEnded } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

// The school tells what is free, so that there is a place.
const tellFree = async (school) => {
  await school.page.goto(`/${school.locale}/office/free-places`);
  await school.audit.look(school.page, 'free');
  for (const field of await school.page.locator('input[name$="-7"]').all()) await field.fill('x');
  await school.press(school.button('transfer.FREE_SAVE'));
  await school.audit.look(school.page, 'free-faults');
  for (const field of await school.page.locator('input[name$="-7"]').all()) await field.fill('90');
  await school.press(school.button('transfer.FREE_SAVE'));
  assert.ok((await school.told()).includes(school.say('transfer.FREE_SAVED')));
};

const send = async (parent) => {
  const { page } = parent;
  const mine = portal.officers.school.school;
  await parent.home();
  await parent.joinQueue();
  await parent.confirmPhone();
  await parent.typeFamily();
  await parent.typeCertificate();
  await parent.attachDocuments();
  await parent.next();
  await parent.at('transfer');
  await parent.next();
  await parent.refused('transfer');
  await parent.field('grade').selectOption('7');
  const others = await parent.field('from-school').locator('option').evaluateAll((all) => all.map((one) => one.value));
  await parent.field('from-school').selectOption(others.find((value) => value && value !== mine));
  await parent.option('from-language', 'kazakh').check();
  await parent.field('address').fill(parent.family.address);
  await parent.press(parent.button('transfer.SHOW'));
  await parent.at('transfer', 'transfer-shown');
  const offered = await parent.field('to').locator('option').evaluateAll((all) => all.map((one) => one.value));
  await parent.field('to').selectOption(offered.find((value) => value.startsWith(`${mine}:`)));
  parent.chosen = await parent.field('to').locator('option:checked').textContent();
  await parent.option('motive', 'move').check();
  await parent.attach('move-proof', parent.say('documents.MOVE_PROOF'), 'transfer');
  await parent.at('transfer', 'transfer-filled');
  assert.ok(await page.locator('#to option:checked').getAttribute('value'), 'the attaching lost the school');
  await parent.next();
  await parent.consent();
  await parent.review();
  return parent.send();
};

const openIn = async (school, number) => {
  await school.page.goto(`/${school.locale}/office?service=transfer`);
  await school.page.getByRole('link', { name: `${number}`, exact: true }).click();
  await school.page.waitForURL('**/office/applications/*');
  await school.audit.look(school.page, 'application');
};

for (const locale of ['ru', 'kk']) {
  test(`a transfer accepted with a slip in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const school = await officer(browser, { locale, kind: 'school', journey: `transfer-school-${locale}` });
    await tellFree(school);
    const { parent, audit } = await visit(browser, { locale, service: 'transfer', scripts: locale === 'kk', family: invented(), journey: `transfer-${locale}` });
    const number = await send(parent);
    const sent = parent.page.url();
    await received(parent.family.phone, parent.say('transfer.SENT_SMS', { number }));
    await openIn(school, number);
    await school.press(school.button('transfer.ACCEPT'));
    assert.ok((await school.told()).includes(school.say('transfer.ACCEPTED')));
    await school.audit.look(school.page, 'accepted');
    await received(parent.family.phone, parent.say('transfer.ACCEPTED_SMS', { number }));
    await parent.page.goto(sent);
    await parent.at('sent', 'accepted');
    const slip = await parent.page.request.get(sent.replace(/sent$/, 'slip.pdf'));
    assert.deepEqual([slip.status(), slip.headers()['content-type']], [200, 'application/pdf']);
    // What the hourly function does with a slip that was not used is tested over HTTP; here is how it looks then.
    await asIfSlipEnded(sent.match(/[0-9a-f]{32}/)[0]);
    await parent.page.reload();
    await parent.at('sent', 'slip-ended');
    assert.ok(await parent.text('transfer.CHANGED_EXPIRE').first().isVisible());
    // The old school's officer is another one: here is how it looks when both schools are done.
    await asIfIn('released', sent.match(/[0-9a-f]{32}/)[0]);
    await parent.page.reload();
    await parent.at('sent', 'released');
    await audit.end();
    await school.audit.end();
  });

  test(`a transfer refused in ${locale}`, { skip, timeout: 600_000 }, async () => {
    const school = await officer(browser, { locale, kind: 'school', journey: `transfer-refuse-${locale}` });
    await tellFree(school);
    const { parent, audit } = await visit(browser, { locale, service: 'transfer', family: invented(), journey: `transfer-refused-${locale}`, views: [] });
    const number = await send(parent);
    const sent = parent.page.url();
    await openIn(school, number);
    await school.press(school.link('transfer.REFUSE'));
    await school.page.locator('[name="ground"][value="classes-full"]').check();
    await school.press(school.button('transfer.REFUSE'));
    assert.ok((await school.told()).includes(school.say('transfer.REFUSED')));
    await received(parent.family.phone, parent.say('transfer.REFUSED_SMS', { number }));
    await parent.page.goto(sent);
    // The way to it is looked at by the other journey.
    audit.views = THOROUGHLY;
    await parent.at('sent', 'refused');
    const told = await parent.page.locator('main').innerText();
    for (const path of ['transfer.REFUSED_MEANS', 'decisions.GROUND_FULL']) assert.ok(told.includes(parent.say(path)), told);
    await audit.end();
    await school.audit.end();
  });
}
