// The directory: an administrator sends a file with faults, then a sound one, applies it and takes it out,
// in both languages, wide and narrow; once more without scripts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { arrive } from './support/officer.js';
import { open, portal, skip } from './support/portal.js';

let browser;
before(async () => { if (!skip) browser = await open(); });
after(() => browser?.close());

// Teachers are shown nowhere yet: changing them is nobody's concern.
const teachers = () => readFileSync(join(portal.samples, 'teachers.csv'), 'utf8');
const csv = (text) => ({ name: 'teachers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

for (const locale of ['ru', 'kk']) {
  test(`an administrator renews a file in ${locale}`, { skip, timeout: 240_000 }, async () => {
    const { audit, page, say, press, knock, heading } = await arrive(browser, locale, `directory-${locale}`);
    // The page that waits for the check replaces its own part.
    const found = async (outcome) => {
      await page.locator('#import:not([data-checking]) .tag').waitFor({ timeout: 60_000 });
      const tags = await page.locator('#import .tag').allInnerTexts();
      assert.deepEqual(tags, [say(`directory.${outcome}`)]);
    };
    const send = async (text) => {
      await page.goto(`/${locale}/office/directory/teachers`);
      await page.locator('input[type=file]').setInputFiles(csv(text));
      await press('directory.SEND');
      await page.waitForURL(`**/${locale}/office/imports/*`);
    };
    await page.goto(`/${locale}/office/directory`);
    await knock(portal.officers.administrator);
    await page.waitForURL(`**/${locale}/office/directory`);
    assert.equal(await heading(), say('directory.DIRECTORY'));
    await audit.look(page, 'files');

    const rooms = page.getByRole('navigation', { name: say('office.ROOMS') });
    await rooms.getByRole('link', { name: say('desk.INBOX') }).click();
    await page.waitForURL(`**/${locale}/office`);
    await rooms.getByRole('link', { name: say('directory.DIRECTORY') }).click();
    await page.getByRole('main').getByRole('link', { name: say('directory.TEACHERS') }).click();
    await page.waitForURL('**/directory/teachers');
    await press('directory.SEND');
    await page.getByRole('status').filter({ hasText: say('documents.NO_FILE') }).first().waitFor();
    await audit.look(page, 'file');

    await send(teachers().replace(',school-', ',nowhere-'));
    await found('FAULTY');
    await page.getByRole('cell', { name: say('directory.FAULT_UNKNOWN', { file: say('directory.SCHOOLS') }) }).first().waitFor();
    await audit.look(page, 'faulty');

    await send('PK\u0003\u0004');
    await found('REFUSED');
    await audit.look(page, 'refused');

    const [head, first, ...rest] = teachers().trim().split('\n');
    const year = locale === 'ru' ? 31 : 32;
    await send([head, first.replace(/,\d+,/, `,${year},`), ...rest].join('\n'));
    await found('SOUND');
    await press('directory.APPLY');
    await page.getByRole('alert').waitFor();
    await audit.look(page, 'unconfirmed');
    await page.getByLabel(say('directory.CONFIRM'), { exact: true }).check();
    await audit.look(page, 'sound');
    await press('directory.APPLY');
    await found('APPLIED');
    await audit.look(page, 'applied');

    await page.goto(`/${locale}/office/directory/teachers`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: say('directory.EXPORT_OF', { file: 'teachers.csv' }) }).click(),
    ]);
    const taken = readFileSync(await download.path(), 'utf8');
    assert.equal(taken.trim().split('\r\n').length, rest.length + 2);
    await send(taken);
    await found('SAME');
    await audit.look(page, 'same');
    await audit.end();
  });

  test(`an administrator renews a file without scripts in ${locale}`, { skip, timeout: 120_000 }, async () => {
    const { audit, page, say, press, knock } = await arrive(browser, locale, `directory-plain-${locale}`, false);
    await page.goto(`/${locale}/office/directory/holidays`);
    await knock(portal.officers.administrator);
    await page.waitForURL(`**/${locale}/office/directory/holidays`);
    await press('directory.SEND');
    await page.getByRole('alert').waitFor();
    await audit.look(page, 'no-file');
    await page.locator('input[type=file]').setInputFiles(csv(readFileSync(join(portal.samples, 'holidays.csv'), 'utf8')));
    await press('directory.SEND');
    await page.waitForURL(`**/${locale}/office/imports/*`);
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const refresh = page.getByRole('link', { name: say('directory.REFRESH') });
      if (!(await refresh.count())) break;
      await refresh.click();
      await page.waitForTimeout(200);
    }
    const tags = await page.locator('#import .tag').allInnerTexts();
    assert.deepEqual(tags, [say('directory.SAME')]);
    await audit.look(page, 'same');
    await audit.end();
  });
}
