// Teachers: found, narrowed, ordered, opened, and on to the school. With scripts and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open, skip } from './support/portal.js';
import { visit } from './support/visit.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

for (const [locale, scripts] of [['ru', false], ['kk', true]]) {
  test(`teachers in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const { parent, audit } = await visit(browser, { locale, scripts, journey: `teachers-${locale}` });
    const { page, say } = parent;
    const links = page.locator('.schools h2 a');
    const pages = page.locator('nav.pages a');
    await page.goto(`/${locale}`);
    await page.locator('main').getByRole('link', { name: say('teachers.TITLE'), exact: true }).click();
    await page.waitForURL(`**/${locale}/teachers`);
    assert.equal(await parent.heading().innerText(), say('teachers.TITLE'));
    assert.equal(await links.count(), 20);
    const names = await links.allInnerTexts();
    // Another page of it, and the same in the other language.
    await pages.last().click();
    await page.waitForURL(/page=\d+$/);
    const last = page.url();
    const rest = await links.allInnerTexts();
    assert.ok(rest.length > 0 && !rest.includes(names[0]), `${rest}`);
    await page.locator('header a[hreflang]').click();
    await page.waitForURL(last.replace(`/${locale}/`, locale === 'ru' ? '/kk/' : '/ru/'));
    assert.deepEqual(await links.allInnerTexts(), rest);

    // By category and language, the best rated first; then by words alone.
    await page.goto(`/${locale}/teachers`);
    await page.locator('details summary').first().click();
    await page.getByLabel(say('teachers.CATEGORY'), { exact: true }).selectOption('expert');
    await page.getByLabel(say('queue.LANGUAGE'), { exact: true }).selectOption('kazakh');
    await page.getByLabel(say('schools.ORDER'), { exact: true }).selectOption('rating');
    await page.getByRole('button', { name: say('schools.SHOW'), exact: true }).click();
    await page.waitForURL(/category=expert.*language=kazakh.*sort=rating/);
    const points = await page.locator('.schools li').evaluateAll((cards) => cards.map((card) => card.querySelector('strong')?.innerText.match(/\d+/g).map(Number)));
    const shares = points.map((both) => (both ? Math.min(...both) / Math.max(...both) : -1));
    assert.ok(shares.length > 2 && shares.every((share, n) => n === 0 || share <= shares[n - 1]), `${shares}`);
    await audit.look(page, 'narrowed');
    await page.getByRole('link', { name: say('teachers.ALL_TEACHERS'), exact: true }).click();
    await page.waitForURL(`**/${locale}/teachers`);
    const words = names[0].split(' ').slice(0, 2).join(' ').toLowerCase();
    await page.getByLabel(say('teachers.SEARCH'), { exact: true }).fill(words);
    await page.getByRole('button', { name: say('queue.FIND'), exact: true }).click();
    await page.waitForURL(/[?&]q=/);
    assert.ok((await links.allInnerTexts()).includes(names[0]), words);

    // The best rated of all has bars; the school is a press away.
    await page.goto(`/${locale}/teachers?sort=rating`);
    const best = await links.first().innerText();
    await links.first().click();
    assert.equal(await parent.heading().innerText(), best);
    assert.ok((await page.locator('.parts svg').count()) > 1, 'a rating without its parts');
    await audit.look(page, 'teacher');
    await page.locator('dl.summary a').first().click();
    await page.waitForURL(new RegExp(`/${locale}/schools/[^/]+$`));
    await page.goto(`/${locale}/teachers?q=%3F0`);
    await page.getByRole('status').filter({ hasText: say('teachers.NONE') }).waitFor();

    // A question has an address of its own, and is read without a press.
    await page.goto(`/${locale}/faq`);
    await page.locator('main nav a').last().click();
    await page.waitForURL(/#more$/);
    assert.ok(await page.locator('#which-school + p').isVisible());
    await audit.look(page, 'faq');
    await audit.end();
  });
}
