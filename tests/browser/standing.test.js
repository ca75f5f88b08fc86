// Before the first day and after the last: what can be prepared is prepared, nothing is sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { invented, open, skip } from './support/portal.js';
import { whileCampaignIs } from './support/tables.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

for (const locale of ['ru', 'kk']) {
  test(`before and after the campaign in ${locale}`, { skip, timeout: 240_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, family: invented(), journey: `standing-${locale}` });
    const { page } = parent;
    const says = async (words) => {
      const shown = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
      const parts = parent.say(words).split(/\{\w+\}/);
      assert.ok(parts.every((part) => shown.includes(part.trim())), `${words} is not said`);
    };
    // The form without its button, as a page left open or a script would send it.
    const sendAnyway = () => parent.press({ click: () => page.locator('#step').evaluate((form) => form.requestSubmit()) });
    let review;

    await whileCampaignIs('before', async () => {
      await parent.home();
      await parent.press(parent.link('home.FIRST_GRADE'));
      await says('service.BEFORE_OPENING');
      await audit.look(page, 'start-before');
      assert.equal(await parent.button('service.START').count(), 0);
      await parent.press(parent.button('service.PREPARE'));
      parent.audit = undefined;
      await parent.at('contacts');
      await parent.confirmPhone();
      await parent.typeFamily();
      await parent.typeCertificate();
      await parent.attachDocuments();
      await parent.next();
      await parent.chooseSchool();
      await parent.consent();
      await parent.review();
      review = page.url();
      await says('review.BEFORE');
      assert.equal(await parent.button('review.SEND').count(), 0, 'it can be sent before the first day');
      await audit.look(page, 'review-before');
      await sendAnyway();
      await parent.at('review');
      await says('review.BEFORE');
    });

    await whileCampaignIs('closed', async () => {
      await page.goto(`/${locale}`);
      await audit.look(page, 'home-closed');
      await page.goto(`/${locale}/first-grade`);
      await says('service.CLOSED');
      assert.equal(await page.locator('main form').count(), 0, 'it can be begun after the last day');
      await audit.look(page, 'start-closed');
      await page.goto(review);
      await says('review.CLOSED');
      assert.equal(await parent.button('review.SEND').count(), 0, 'it can be sent after the last day');
      await audit.look(page, 'review-closed');
      await sendAnyway();
      await parent.at('review');
      await says('review.CLOSED');
    });

    // What was prepared needs one button.
    await page.goto(review);
    await parent.send();
    await audit.end();
  });
}
