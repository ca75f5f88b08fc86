// The words of the pages, read from where they are written (shared/text), so that a changed word
// changes the page and its test together.
import { readFileSync } from 'node:fs';

const PHRASE = /^\s*([A-Z][A-Z0-9_]*):\s*("(?:[^"\\]|\\[^])*")\s*,\s*("(?:[^"\\]|\\[^])*")\s*,?\s*;/gm;
const modules = new Map();

// A Rust string literal: `\` at the end of a line joins it with the next.
const literal = (source) => source.slice(1, -1).replace(/\\\n\s*/g, '').replace(/\\n/g, '\n').replace(/\\(["\\])/g, '$1');

const phrases = (module) => {
  if (!modules.has(module)) {
    const source = readFileSync(new URL(`../../../shared/text/src/${module}.rs`, import.meta.url), 'utf8');
    modules.set(module, new Map([...source.matchAll(PHRASE)].map(([, name, ru, kk]) => [name, { ru: literal(ru), kk: literal(kk) }])));
  }
  return modules.get(module);
};

// `words('ru')('common.NEXT')` is «Далее»; `{name}` is replaced by the value of that name.
export const words = (locale) => (path, values = {}) => {
  const [module, name] = path.split('.');
  const phrase = phrases(module).get(name);
  if (!phrase) throw new Error(`shared/text has no phrase ${path}`);
  return phrase[locale].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
};
