// An officer's browser in front of the office's door, and what every journey of the office does.
import { Audit } from './audit.js';
import { portal } from './portal.js';
import { words } from './words.js';

const LANGUAGES = { ru: 'ru-RU', kk: 'kk-KZ' };

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
