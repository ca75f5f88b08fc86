// The department types for a parent who came in person and has no phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { officer } from './support/officer.js';
import { Parent } from './support/parent.js';
import { invented, open, skip } from './support/portal.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

for (const locale of ['ru', 'kk']) {
  test(`an officer types for a parent without a phone in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const department = await officer(browser, { locale, kind: 'department', journey: `paper-${locale}` });
    const { page, audit } = department;
    await page.goto(`/${locale}/office/paper`);
    await audit.look(page, 'begin');
    await department.press(department.button('service.TITLE'));
    const parent = new Parent(page, { locale, family: invented(), audit, scripts: true });
    await parent.at('contacts');
    await parent.next();
    await parent.refused('contacts');
    await parent.field('without-phone').check();
    await parent.next();
    await parent.at('family');
    await page.goto(`/${locale}/office/paper`);
    await audit.look(page, 'begun');
    const nameless = `${department.say('paper.NAMELESS')} (${department.say('service.TITLE')})`;
    await department.press(department.button('paper.OPENED', { child: nameless }).first());
    await parent.at('family', 'family-again');
    await parent.typeFamily();
    await parent.typeCertificate();
    await parent.attachDocuments();
    await parent.next();
    await parent.chooseSchool();
    await parent.consent();
    await parent.review();
    const number = await parent.send();
    await parent.readReceipt(number);
    await department.press(department.link('paper.TO_APPLICATION'));
    assert.equal(await department.heading().innerText(), department.say('desk.APPLICATION', { n: number }));
    await audit.look(page, 'application');
    await audit.end();
  });
}
