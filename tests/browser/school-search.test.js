// A school by an address: searched for, chosen among several, found, and on into the wizard with the
// address, which stands in step 4. With scripts and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { invented, open, skip } from './support/portal.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

const AVENUE = { ru: 'проспект Нурсултана Назарбаева, 25', kk: 'Нұрсұлтан Назарбаев даңғылы, 25' };
const BEGUN = { ru: ['пионерск', 'улица Мустафина'], kk: ['мұстафи', 'Мұстафин көшесі'] };

for (const [locale, scripts] of [['ru', true], ['kk', false]]) {
  test(`a school by an address in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, scripts, family: invented(), journey: `school-search-${locale}` });
    const { page, say } = parent;
    const other = locale === 'ru' ? 'kk' : 'ru';
    const outcome = page.locator('#outcome');
    const find = async () => { await page.getByRole('search').getByRole('button').click(); await page.waitForURL(/school-search\?address=/); };

    // The search box of the home page; several streets of one name.
    await page.goto(`/${locale}`);
    await page.locator('#address').fill('Мира 25, кв. 7');
    await find();
    assert.equal(await outcome.innerText(), say('school_search.CHOOSE'));
    await audit.look(page, 'choose');
    await page.getByRole('link', { name: AVENUE[locale], exact: true }).click();
    await page.waitForURL(/match=nazarbaeva/);
    assert.equal(await outcome.innerText(), say('school_search.ADDRESS', { address: AVENUE[locale] }));
    assert.equal(await page.locator('.school').filter({ hasText: say('common.GUARANTEED') }).count(), 2);
    await audit.look(page, 'found');

    // The other language asks the same.
    await page.locator('header a[hreflang]').click();
    await page.waitForURL(`**/${other}/school-search?**`);
    assert.ok((await outcome.innerText()).includes(AVENUE[other]), await outcome.innerText());
    await page.locator('header a[hreflang]').click();
    await page.waitForURL(`**/${locale}/school-search?**`);

    const field = page.locator('#address');
    if (scripts) {
      await field.fill('');
      await field.pressSequentially(BEGUN[locale][0], { delay: 20 });
      await page.getByRole('option').first().waitFor();
      await field.press('ArrowDown');
      await field.press('Enter');
      assert.equal(await field.inputValue(), BEGUN[locale][1]);
    } else {
      await field.fill(BEGUN[locale][1]);
    }
    await find();
    assert.equal(await outcome.innerText(), say('school_search.NO_HOUSE'));
    await field.fill(`${BEGUN[locale][1]}, 12`);
    await find();
    await page.locator('a[href$="/territory#kazakh"]').first().click();
    await page.waitForURL(/territory#kazakh$/);
    assert.ok((await page.locator('.territory').first().innerText()).includes(BEGUN[locale][1]));
    await audit.look(page, 'territory');
    await page.goBack();

    const join = page.getByRole('button', { name: new RegExp(`^${say('school_search.JOIN')}`) });
    await parent.press(join.first());
    assert.equal(await parent.heading().textContent(), say('service.TITLE'));
    const carried = (l) => parent.text('service.CARRIED', { address: `${BEGUN[l][1]}, 12` });
    await carried(locale).waitFor();
    const { pathname, search } = new URL(page.url());
    assert.equal(`${pathname}${search}`, `/${locale}/first-grade?from=school-search`);
    await audit.look(page, 'start');
    await parent.switchLanguage(other);
    await carried(locale).waitFor();
    await parent.switchLanguage(locale);
    await parent.press(parent.button('service.START'));
    await parent.at('contacts');
    if (scripts) {
      await parent.confirmPhone();
      await parent.typeFamily();
      await parent.typeCertificate();
      await parent.attachDocuments();
      await parent.next();
      await parent.at('school');
      assert.equal(await parent.field('address').inputValue(), `${BEGUN[locale][1]}, 12`);
      assert.ok(await parent.option('language', 'kazakh').isChecked(), 'the language is not kept');
    }
    await audit.end();
  });
}
