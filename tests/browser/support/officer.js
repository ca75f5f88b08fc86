// An officer's browser in front of the office's door and at the desk. Selectors of the office's pages are in this file.
import assert from 'node:assert/strict';
import { Audit, Glance } from './audit.js';
import { portal } from './portal.js';
import { words } from './words.js';

const LANGUAGES = { ru: 'ru-RU', kk: 'kk-KZ' };

// An officer who has not yet come in.
export const arrive = async (browser, locale, journey, scripts = true) => {
  const common = { baseURL: portal.origin, locale: LANGUAGES[locale], viewport: { width: 360, height: 740 } };
  const context = await browser.newContext({ ...common, javaScriptEnabled: scripts });
  const reader = scripts ? undefined : await browser.newContext(common);
  const audit = new Audit(context, journey, { reader });
  const page = await context.newPage();
  const say = words(locale);
  const press = (name) => page.getByRole('button', { name: say(name), exact: true }).click();
  const knock = async ({ name, password }) => {
    await page.getByLabel(say('office.USERNAME'), { exact: true }).fill(name);
    await page.getByLabel(say('office.PASSWORD'), { exact: true }).fill(password);
    await press('office.ENTER');
  };
  const heading = () => page.getByRole('heading', { level: 1 }).innerText();
  return { context, audit, page, say, press, knock, heading };
};

export class Officer {
  constructor(page, { locale, audit }) {
    Object.assign(this, { page, locale, audit, say: words(locale) });
  }

  field(name) { return this.page.locator(`[name="${name}"]`); }

  button(path, values) { return this.page.getByRole('main').getByRole('button', { name: this.say(path, values), exact: true }); }

  link(path, values) { return this.page.getByRole('main').getByRole('link', { name: this.say(path, values), exact: true }); }

  heading() { return this.page.getByRole('heading', { level: 1 }); }

  told() { return this.page.getByRole('main').innerText(); }

  async press(locator) {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), locator.click()]);
    await this.page.waitForLoadState('load');
  }

  // Signs in, whoever it is.
  async signIn({ name, password }) {
    await this.page.goto(`/${this.locale}/office`);
    await this.field('username').fill(name);
    await this.field('password').fill(password);
    await this.press(this.page.getByRole('button', { name: this.say('office.ENTER'), exact: true }));
    await this.page.waitForURL(`**/${this.locale}/office`);
    return this;
  }

  // Finds an application by its number and opens it.
  async open(number, name) {
    await this.page.goto(`/${this.locale}/office`);
    await this.field('search').fill(`${number}`);
    await this.press(this.button('desk.FIND'));
    assert.equal(await this.heading().innerText(), this.say('desk.APPLICATION', { n: number }));
    if (name) await this.audit.look(this.page, name);
  }

  // From the application to the page of an act.
  async begin(act, name) {
    await this.press(this.link(`decisions.${act}`));
    assert.equal(await this.heading().innerText(), this.say(`decisions.${act}`));
    await this.audit.look(this.page, name);
  }

  // Presses a button that decides; the application shows what came of it.
  async decide(act, state, name) {
    await this.press(this.button(`decisions.${act}`));
    assert.match(this.page.url(), /\/office\/applications\/[0-9a-f]{32}$/, await this.told());
    assert.ok((await this.told()).includes(this.say(state)), `${state} is not said`);
    if (name) await this.audit.look(this.page, name);
  }

  // Presses without an answer: the page says what is missing and leads to it.
  async refused(act, name) {
    await this.press(this.button(`decisions.${act}`));
    const summary = this.page.locator('[data-errors]');
    await summary.waitFor();
    for (const line of await summary.locator('a').all()) {
      const target = await line.getAttribute('href');
      assert.equal(await this.page.locator(`[id="${target.slice(1)}"]`).count(), 1, `${target} leads nowhere`);
    }
    await this.audit.look(this.page, name);
  }
}

// An officer in a window of their own, signed in; with a journey's name looked at, else in passing.
export const officer = async (browser, { locale, kind, account = portal.officers[kind], journey }) => {
  const context = await browser.newContext({ baseURL: portal.origin, locale: LANGUAGES[locale], viewport: { width: 1280, height: 900 } });
  const audit = journey ? new Audit(context, journey) : new Glance();
  return new Officer(await context.newPage(), { locale, audit }).signIn(account);
};
