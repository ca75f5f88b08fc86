// Places in the office: how they stand, what other terms would do, changing them and who did; a school
// only looks at its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { officer } from './support/officer.js';
import { open, skip } from './support/portal.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

test('the office recalculates at once', { skip, timeout: 120_000 }, async () => {
  const administrator = await officer(browser, { locale: 'kk', kind: 'administrator', journey: 'places-recalculated' });
  await administrator.page.goto('/kk/office/places');
  await administrator.press(administrator.button('places.RECALCULATE'));
  assert.ok((await administrator.told()).includes(administrator.say('places.RECALCULATED')), await administrator.told());
  await administrator.audit.look(administrator.page, 'list');
  await administrator.audit.end();
});

for (const locale of ['ru', 'kk']) {
  test(`the terms of a place are changed after a look at what follows in ${locale}`, { skip, timeout: 300_000 }, async () => {
    const department = await officer(browser, { locale, kind: 'department', journey: `places-${locale}` });
    const { page, audit } = department;
    await page.getByRole('banner').getByRole('link', { name: department.say('places.TITLE'), exact: true }).click();
    await page.waitForURL(`**/${locale}/office/places`);
    assert.equal(await department.heading().innerText(), department.say('places.TITLE'));
    await audit.look(page, 'list');
    const all = await page.locator('tbody a').count();
    assert.ok(all > 2, `${all} places`);
    await department.field('q').fill('203');
    await department.press(department.button('desk.FIND'));
    const found = await page.locator('tbody a').count();
    assert.ok(found > 0 && found < all, `${found} of ${all}`);
    await department.field('q').fill('жоқ');
    await department.press({ click: () => department.field('q').press('Enter') });
    assert.ok((await department.told()).includes(department.say('places.NOTHING_FOUND')));
    await audit.look(page, 'nothing');
    await page.goto(`/${locale}/office/places`);
    await department.press(page.locator('tbody a').last());
    const place = page.url();
    await audit.look(page, 'place');

    // What is wrong leads to its field, and nothing typed is lost.
    const before = Number(await department.field('capacity').inputValue());
    await department.field('capacity').fill('9999');
    await department.press(department.button('places.PREVIEW'));
    await page.locator('[data-errors]').waitFor();
    assert.equal(await department.field('capacity').inputValue(), '9999');
    await audit.look(page, 'wrong');
    const why = locale === 'ru' ? 'Проверка условий' : 'Шарттарды тексеру';
    await department.field('capacity').fill(`${before + 1}`);
    await department.field('note').fill(why);
    await department.press(department.button('places.PREVIEW'));
    assert.ok((await department.told()).includes(department.say('places.FOR_GOOD')), await department.told());
    await audit.look(page, 'preview');
    await department.press(department.button('places.EDIT'));
    assert.equal(await department.field('note').inputValue(), why);
    await department.press(department.button('places.PREVIEW'));
    // A second window of somebody else is faster.
    const other = await officer(browser, { locale, kind: 'administrator' });
    await other.page.goto(place);
    await other.field('capacity').fill(`${before + 2}`);
    await other.field('note').fill(why);
    await other.press(other.button('places.PREVIEW'));
    await other.press(other.button('places.SAVE'));
    assert.equal(other.page.url(), place, await other.told());
    await department.press(department.button('places.SAVE'));
    assert.ok((await department.told()).includes(department.say('places.MET')), await department.told());
    await audit.look(page, 'met');
    await department.press(department.button('places.SAVE'));
    assert.equal(page.url(), place, await department.told());
    const told = await department.told();
    for (const said of [why, `${before + 2} → ${before + 1}`]) assert.ok(told.includes(said), told);
    await audit.look(page, 'saved');
    // As it was, for whoever comes next.
    await department.field('capacity').fill(`${before}`);
    await department.field('note').fill(why);
    await department.press(department.button('places.PREVIEW'));
    await department.press(department.button('places.SAVE'));
    assert.equal(page.url(), place, await department.told());
    await audit.end();
  });

  test(`a school looks at its own places in ${locale}`, { skip, timeout: 120_000 }, async () => {
    const school = await officer(browser, { locale, kind: 'school', journey: `places-school-${locale}` });
    await school.page.goto(`/${locale}/office/places`);
    assert.equal(await school.button('places.RECALCULATE').count(), 0);
    await school.audit.look(school.page, 'list');
    await school.press(school.page.locator('tbody a').first());
    assert.equal(await school.button('places.PREVIEW').count(), 0);
    assert.ok((await school.told()).includes(school.say('places.READ_ONLY')));
    await school.audit.look(school.page, 'place');
    await school.audit.end();
  });
}
