// A parent in a window of their own, watched.
import { Audit, Glance } from './audit.js';
import { Parent } from './parent.js';
import { portal } from './portal.js';

const LANGUAGES = { ru: 'ru-RU', kk: 'kk-KZ' };

export const visit = async (browser, { locale, scripts = true, family, journey, views, service }) => {
  const common = { baseURL: portal.origin, locale: LANGUAGES[locale], viewport: { width: 360, height: 740 } };
  const context = await browser.newContext({ ...common, javaScriptEnabled: scripts });
  const reader = scripts ? undefined : await browser.newContext(common);
  const audit = new Audit(context, journey, { reader, views });
  const parent = new Parent(await context.newPage(), { locale, family, audit, scripts, service });
  return { parent, audit };
};

// The same without pictures and without axe, on a screen of 320 px.
export const pass = async (browser, { locale, scripts = true, family }) => {
  const context = await browser.newContext({
    baseURL: portal.origin, locale: LANGUAGES[locale], viewport: { width: 320, height: 640 }, javaScriptEnabled: scripts,
  });
  return new Parent(await context.newPage(), { locale, family, audit: new Glance(), scripts });
};
