// What every page has to keep, whatever is on it: no barrier that axe finds, nothing wider than
// a small phone, nothing from a host of others, weights within their budgets, no script errors.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { portal } from './portal.js';

// Without a graphics card they take a third of the time, and where nobody looks at them they are not taken.
const PICTURES = process.env.PORTAL_TEST_PICTURES !== 'no';
const KB = 1024;
const BUDGETS = { document: 14 * KB, stylesheet: 12 * KB, script: 8 * KB };
const view = (width, height, colorScheme) => ({ name: `${width}-${colorScheme}`, width, height, colorScheme });
// Without motion: a button that still goes over from one colour scheme to the other has neither's contrast.
// A phone by day, a desk by night: layouts by width, colours by scheme.
const BRIEFLY = [view(360, 740, 'light'), view(1280, 900, 'dark')];
export const THOROUGHLY = [...BRIEFLY, view(360, 740, 'dark'), view(1280, 900, 'light')];

let shots;
const folder = () => {
  shots ??= process.env.PORTAL_TEST_SHOTS || mkdtempSync(join(tmpdir(), 'portal-shots-'));
  mkdirSync(shots, { recursive: true });
  return shots;
};

// A look in passing, on the smallest screen: for ways over pages that others look at thoroughly.
export class Glance {
  async look(page, name) {
    const [width, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(width <= wide, `${name}: ${width} px wide on a screen of ${wide}`);
  }

  end() {}
}

export class Audit {
  #faults = [];
  #seen = 0;
  #reader;

  // Watches everything that a browser context asks for. `reader` is a context with scripts: axe
  // needs them, so a page of a context without is read as a copy.
  constructor(context, journey, { reader, views = BRIEFLY } = {}) {
    this.journey = journey;
    this.views = views;
    this.#reader = reader;
    const ours = new Set([portal.origin, portal.endpoint].map((address) => new URL(address).hostname));
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith('http') && !ours.has(hostname)) this.#faults.push(`asks ${hostname} for something`);
    });
    context.on('requestfinished', async (request) => {
      const budget = BUDGETS[request.resourceType()];
      const { pathname } = new URL(request.url());
      if (!budget || !request.url().startsWith(portal.origin)) return;
      const { responseBodySize: size } = await request.sizes().catch(() => ({ responseBodySize: 0 }));
      if (size > budget) this.#faults.push(`${pathname.replace(/[0-9a-f]{32}/, '…')}: ${size} bytes, ${budget} allowed`);
    });
    context.on('weberror', (error) => this.#faults.push(`script error: ${error.error().message}`));
    context.on('console', (message) => {
      // A page that says what is wrong has such a status, which Chromium reports as a failed load.
      if (message.type() === 'error' && !/status of (403|404|405|409|413|422)/.test(message.text())) this.#faults.push(`console: ${message.text()}`);
    });
  }

  // Looks at the page that is open now.
  async look(page, name) {
    this.#seen += 1;
    const size = page.viewportSize();
    for (const view of this.views) {
      await page.setViewportSize(view);
      await page.emulateMedia({ colorScheme: view.colorScheme, reducedMotion: 'reduce' });
      if (PICTURES) {
        const file = `${this.journey}-${String(this.#seen).padStart(2, '0')}-${name}-${view.name}.png`;
        await page.screenshot({ path: join(folder(), file), fullPage: true });
      }
      for (const violation of await this.#violations(page, view)) this.#faults.push(`${name} at ${view.name}: ${violation}`);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    // Labels, messages and the skip link point at ids; axe no longer looks for repeated ones.
    const repeated = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at));
    if (repeated.length) this.#faults.push(`${name}: more than one #${repeated.join(', #')}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 320) this.#faults.push(`${name}: ${width} px wide on a screen of 320`);
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  }

  async #violations(page, view) {
    if (!this.#reader) return violations(page);
    const copy = await this.#reader.newPage();
    await copy.setViewportSize(view);
    await copy.emulateMedia({ colorScheme: view.colorScheme, reducedMotion: 'reduce' });
    const html = (await page.content()).replace(/<script[^]*?<\/script>/g, '');
    const here = page.url().split('#')[0];
    await copy.route((url) => url.href.split('#')[0] === here, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    await copy.goto(here);
    const found = await violations(copy);
    await copy.close();
    return found;
  }

  // Fails with everything that was seen on the way.
  async end() {
    assert.ok(this.#seen > 0, 'no page was looked at');
    assert.deepEqual([...new Set(this.#faults)], [], `faults on the way (pictures in ${folder()})`);
  }
}

const violations = async (page) => {
  // What is folded up is read too.
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`);
};
