// A parent on the way through the six steps of a service. Every selector of the tests is in this file: what a
// person reads is found by its words, what a person fills in by the field's name.
import assert from 'node:assert/strict';
import { patiently, codeAfter } from './portal.js';
import { words } from './words.js';

const REQUIRED = {
  'birth-certificate': 'BIRTH_CERTIFICATE',
  photo: 'PHOTO',
  'health-passport-1': 'HEALTH_PASSPORT_1',
  'health-passport-17': 'HEALTH_PASSPORT_17',
  'health-passport-18': 'HEALTH_PASSPORT_18',
};

// What each service asks for on step 3, and how its texts are called.
const SERVICES = {
  'first-grade': { required: REQUIRED, title: 'service.TITLE', start: 'service.START', thanks: 'review.THANKS' },
  transfer: { required: { 'birth-certificate': 'BIRTH_CERTIFICATE' }, title: 'transfer.TITLE', start: 'transfer.START', thanks: 'transfer.THANKS' },
  camp: { required: { 'birth-certificate': 'BIRTH_CERTIFICATE' }, title: 'camp.TITLE', start: 'camp.START', thanks: 'review.THANKS' },
  meals: { required: { 'birth-certificate': 'BIRTH_CERTIFICATE' }, title: 'meals.TITLE', start: 'meals.START', thanks: 'meals.THANKS' },
};

export class Parent {
  constructor(page, { locale, family, audit, scripts, service = 'first-grade' }) {
    Object.assign(this, { page, locale, family, audit, scripts, service: SERVICES[service], say: words(locale) });
  }

  field(name) { return this.page.locator(`[name="${name}"]`); }

  option(name, value) { return this.page.locator(`[name="${name}"][value="${value}"]`); }

  button(path, values) { return this.page.getByRole('button', { name: this.say(path, values), exact: true }); }

  link(path, values) { return this.page.getByRole('link', { name: this.say(path, values), exact: true }); }

  text(path, values) { return this.page.getByText(this.say(path, values), { exact: false }); }

  heading() { return this.page.getByRole('heading', { level: 1 }); }

  // Presses and waits until the answer is on the screen: every press but those of the upload page
  // leads to a page.
  async press(locator) {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), locator.click()]);
    await this.page.waitForLoadState('load');
  }

  async next() { await this.press(this.button('common.NEXT')); }

  // The step is on the screen when its address is.
  async at(step, name = step) {
    const { pathname } = new URL(this.page.url());
    const faults = await this.page.locator('[data-errors] a').allTextContents();
    assert.ok(pathname.startsWith(`/${this.locale}/`) && pathname.endsWith(`/${step}`), `${step} expected, ${pathname} shown: ${faults.join('; ')}`);
    await this.audit?.look(this.page, name);
  }

  // The same step again, with what is wrong: the summary has the focus, its first line leads to a field.
  async refused(step) {
    await this.at(step, `${step}-faults`);
    const summary = this.page.locator('[data-errors]');
    assert.ok(await summary.isVisible(), `${step}: nothing is said to be wrong`);
    for (const line of await summary.locator('a').all()) {
      const target = await line.getAttribute('href');
      assert.equal(await this.page.locator(`[id="${target.slice(1)}"]`).count(), 1, `${step}: ${target} leads nowhere`);
    }
    if (this.scripts) {
      assert.ok(await summary.evaluate((node) => node === document.activeElement), `${step}: the summary has no focus`);
    }
  }

  async home() {
    await this.page.goto('/');
    assert.equal(new URL(this.page.url()).pathname, `/${this.locale}`);
    await this.audit?.look(this.page, 'home');
  }

  async joinQueue() {
    await this.press(this.link(this.service.title));
    assert.equal(await this.heading().textContent(), this.say(this.service.title));
    await this.audit?.look(this.page, 'start');
    await this.press(this.button(this.service.start));
    await this.at('contacts');
  }

  async confirmPhone() {
    await this.field('phone').fill(this.family.phone);
    await this.field('sms-consent').check();
    const code = await codeAfter(this.family.phone, () => this.press(this.button('contacts.SEND_CODE').first()));
    await this.audit?.look(this.page, 'contacts-code');
    await this.field('code').fill(code);
    await this.next();
    await this.at('family');
  }

  // The register fills in the names.
  async lookUpFamily() {
    await this.field('register-consent').check();
    for (const who of ['parent', 'child']) {
      await this.lookUp(who, 'family.FOUND');
      assert.notEqual(await this.field(`${who}-surname`).inputValue(), '');
    }
    await this.audit?.look(this.page, 'family-filled');
  }

  async lookUp(who, outcome) {
    await this.field(`${who}-iin`).fill(this.family[`${who}_iin`]);
    await this.press(this.button(who === 'parent' ? 'family.FILL_PARENT' : 'family.FILL_CHILD'));
    assert.ok(await this.text(outcome).isVisible(), `${who}: ${outcome} is not said`);
  }

  // Everything by hand.
  async typeFamily() {
    for (const who of ['parent', 'child']) await this.typePerson(who);
  }

  async typePerson(who) {
    const person = this.family[who];
    await this.field(`${who}-iin`).fill(this.family[`${who}_iin`]);
    await this.field(`${who}-surname`).fill(person.surname);
    await this.field(`${who}-name`).fill(person.name);
    await this.typeDate(`${who}-birth-date`, person.birth);
    await this.option(`${who}-sex`, person.sex).check();
  }

  async typeDate(name, [day, month, year]) {
    await this.field(`${name}-day`).fill(day);
    await this.field(`${name}-month`).fill(month);
    await this.field(`${name}-year`).fill(year);
  }

  async typeCertificate() {
    const birth = ['day', 'month', 'year'].map((part) => this.field(`child-birth-date-${part}`).inputValue());
    await this.field('certificate-number').fill('ҮЛГІ 0000001');
    await this.typeDate('certificate-issued', await Promise.all(birth));
  }

  // Each document on its own page, then back; what was typed is still there.
  async attachDocuments() {
    const typed = await this.field('certificate-number').inputValue();
    for (const [slot, name] of Object.entries(this.service.required)) await this.attach(slot, this.say(`documents.${name}`));
    assert.equal(await this.field('certificate-number').inputValue(), typed, 'the attaching lost what was typed');
    await this.audit?.look(this.page, 'family-documents');
  }

  // From a row of a step to the page of the document and back.
  async attach(slot, name, step = 'family', button = 'documents.ATTACH') {
    // Words for screen readers follow those that are seen; how browsers join the two differs.
    const attach = new RegExp(`^${this.say(button)}\\s*:\\s*${name}$`);
    await this.press(this.page.getByRole('button', { name: attach }));
    if (slot === 'birth-certificate') await this.audit?.look(this.page, 'document');
    const scan = this.family.scans.find((path) => path.endsWith('.jpg') === (slot === 'photo'));
    await this.page.getByLabel(this.say('documents.CHOOSE_FILE')).setInputFiles(scan);
    const row = this.page.locator(`#${slot}`).getByText(this.say('documents.ACCEPTED'), { exact: true });
    if (this.scripts) {
      // The page waits for the check and leads back by itself.
      await this.button('documents.SEND_FILE').click();
      await this.page.waitForURL((url) => url.pathname.endsWith(`/${step}`), { timeout: 30_000 });
      await row.waitFor({ timeout: 30_000 });
      return;
    }
    await this.press(this.button('documents.SEND_FILE'));
    const back = this.page.url().replace(/([0-9a-f]{32})\/.*/, `$1/${step}`);
    await patiently(async () => {
      await this.page.goto(back);
      return row.isVisible();
    }, `${slot} was not accepted`);
  }

  async chooseSchool() {
    await this.at('school');
    await this.option('language', this.family.language).check();
    await this.giveAddress();
    await this.press(this.button('school.FIND'));
    await this.at('school', 'school-found');
    const home = this.page.locator('.school', { hasText: this.say('common.GUARANTEED') }).first().locator('.name');
    assert.ok(await home.isVisible(), `no guaranteed school: ${await this.page.locator('main').innerText()}`);
    const name = (await home.innerText()).replace(this.say('common.GUARANTEED'), '').trim();
    this.quota = (await this.field('quota-1').locator('option').allTextContents()).slice(1).find((label) => !label.startsWith(name));
    await this.field('quota-1').selectOption({ label: this.quota });
    await this.next();
  }

  // From the register it is there already; else it is typed, with suggestions where scripts run.
  async giveAddress() {
    const field = this.field('address');
    if (await field.inputValue()) return;
    if (!this.scripts) { await field.fill(this.family.address); return; }
    await field.pressSequentially(this.family.address.slice(0, -1), { delay: 20 });
    await this.page.getByRole('option').first().waitFor();
    await field.fill(this.family.address);
    await field.press('Escape');
  }

  // An address that no list has, with a document that proves it.
  async typeAddress(address) {
    await this.at('school');
    await this.option('language', this.family.language).check();
    await this.field('address-source').check();
    await this.field('address-typed').fill(address);
    await this.attach('address-proof', this.say('documents.ADDRESS_PROOF'), 'school');
    assert.equal(await this.field('address-typed').inputValue(), address, 'the attaching lost the address');
    this.quota = (await this.field('quota-1').locator('option').allTextContents())[1];
    await this.field('quota-1').selectOption({ label: this.quota });
    await this.next();
  }

  // The switch of the language keeps the page; from here on it is read in the other one.
  async switchLanguage(locale) {
    await this.press(this.page.locator('[name="act"][value="language"]').first());
    Object.assign(this, { locale, say: words(locale) });
  }

  // The link beside an answer of the review.
  async change(field) { await this.press(this.page.locator(`a[href$="?return=review#${field}"]`).first()); }

  // By phone and code, on whatever device.
  async signIn() {
    await this.page.goto(`/${this.locale}/applications/sign-in`);
    await this.field('phone').fill(this.family.phone);
    const code = await codeAfter(this.family.phone, () => this.press(this.button('contacts.SEND_CODE')));
    await this.at('sign-in', 'sign-in-code');
    await this.field('code').fill(code);
    await this.press(this.button('applications.ENTER'));
    await this.at('applications');
  }

  async consent() {
    await this.at('consent');
    await this.option('notice-language', this.locale).check();
    await this.field('consent').check();
    await this.next();
  }

  async review() {
    await this.at('review');
    const shown = await this.page.locator('main').innerText();
    assert.ok(shown.includes('ҮЛГІ 0000001'), 'the review does not show what was typed');
    assert.ok(shown.includes((this.chosen ?? this.quota).split(',')[0]), 'the review does not show the chosen school');
    assert.ok(await this.page.getByRole('link', { name: this.say('common.CHANGE') }).count() > 5, 'answers cannot be changed');
  }

  // Sends and gives the number.
  async send() {
    await this.press(this.button('review.SEND'));
    await this.at('sent');
    assert.match(await this.heading().innerText(), new RegExp(this.say(this.service.thanks).slice(0, 20)));
    const panel = await this.page.locator('.panel').innerText();
    return Number(panel.slice(panel.indexOf(this.say('review.YOUR_NUMBER'))).match(/\d+/)[0]);
  }

  // From the thank-you page: what was sent, a code that has a name, and the PDF behind its link.
  async readReceipt(number) {
    await this.press(this.link('receipt.NAME'));
    await this.at('receipt');
    assert.equal(await this.heading().textContent(), this.say('receipt.TITLE', { n: number }));
    assert.ok(await this.page.getByRole('img', { name: this.say('receipt.CODE') }).isVisible(), 'no QR code');
    assert.ok(await this.page.getByRole('link', { name: `/${this.locale}/status?number=${number}` }).isVisible(), 'no address of the status');
    const pdf = await this.page.request.get(await this.link('receipt.PDF').getAttribute('href'));
    assert.deepEqual([pdf.status(), pdf.headers()['content-type']], [200, 'application/pdf']);
    await this.press(this.link('receipt.BACK'));
    await this.at('sent', 'sent-again');
  }

  // From the home page, without signing in; what is wrong first.
  async checkStatus(number, state) {
    await this.page.goto(`/${this.locale}`);
    await this.press(this.link('status.TITLE'));
    await this.at('status');
    await this.press(this.button('status.CHECK'));
    await this.refused('status');
    await this.field('number').fill(`${number}`);
    await this.field('child-iin').fill(this.family.child_iin);
    await this.press(this.button('status.CHECK'));
    assert.equal(await this.heading().textContent(), this.say('status.FOUND_TITLE', { n: number }));
    assert.ok(await this.text(state).first().isVisible(), `${state} is not said`);
    await this.audit?.look(this.page, 'status-found');
  }

  async withdraw(number) {
    await this.press(this.link('status.WITHDRAW'));
    await this.at('withdraw');
    assert.equal(await this.heading().textContent(), this.say('status.WITHDRAW_TITLE', { n: number }));
    await this.press(this.button('status.WITHDRAW_SURE'));
    await this.at('sent', 'withdrawn');
    assert.ok(await this.text('life.WITHDRAWN').first().isVisible());
    assert.equal(await this.link('status.WITHDRAW').count(), 0);
  }

  async findInApplications(number) {
    await this.press(this.link('common.MY_APPLICATIONS').first());
    await this.at('applications');
    assert.ok(await this.text('applications.NUMBER', { n: number }).first().isVisible(), `no application ${number} in the list`);
  }
}
