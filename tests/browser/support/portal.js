// The running portal: where it is, the browser that visits it, the messages it has sent.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';

const { env } = process;
const need = (name) => {
  if (!env[name]) throw new Error(`${name} is not set beside PORTAL_TEST_ORIGIN`);
  return env[name];
};

// Tests without a stack are skipped, visibly: `test(name, { skip }, …)`.
export const skip = env.PORTAL_TEST_ORIGIN ? false : 'needs the local stack, run cargo portal test';

export const portal = skip ? {} : {
  origin: need('PORTAL_TEST_ORIGIN').replace(/\/$/, ''),
  endpoint: need('PORTAL_TEST_ENDPOINT').replace(/\/$/, ''),
  sample: JSON.parse(need('PORTAL_TEST_FAMILY')),
  officers: JSON.parse(need('PORTAL_TEST_OFFICERS')),
  samples: need('PORTAL_TEST_SAMPLES'),
  troubles: need('PORTAL_TEST_TROUBLES'),
  applications: need('PORTAL_TEST_APPLICATIONS_TABLE'),
  directory: need('PORTAL_TEST_DIRECTORY_TABLE'),
  sessions: need('PORTAL_TEST_SESSIONS_TABLE'),
  places: need('PORTAL_TEST_PLACES_TABLE'),
};

export const open = () => chromium.launch({
  executablePath: env.CHROMIUM || env.PORTAL_TEST_CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});

// E.164, as messages are addressed.
const stored = (phone) => `+7${phone.replace(/\D/g, '').slice(-10)}`;

export const texts = async (phone) => {
  const query = new URLSearchParams({ phoneNumber: stored(phone) });
  const response = await fetch(`${portal.endpoint}/_ministack/sns/sms-messages?${query}`);
  const { sms_messages: sent } = await response.json();
  return Object.values(sent).flat().map(({ Message }) => Message);
};

// The texts of the letters to an address so far, oldest first.
export const letters = async (address) => {
  const response = await fetch(`${portal.endpoint}/_ministack/ses/messages`);
  const { messages } = await response.json();
  return Object.values(messages).flat().filter(({ To }) => To.includes(address)).map(({ BodyText }) => BodyText);
};

export const patiently = async (ask, complaint) => {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(complaint);
};

// Does something that sends a text and reads the code in it.
export const codeAfter = async (phone, action) => {
  const before = (await texts(phone)).length;
  await action();
  const text = await patiently(async () => (await texts(phone))[before], 'no text with a code came');
  return text.match(/\b\d{6}\b/)[0];
};

export const received = (phone, text) => patiently(async () => (await texts(phone)).includes(text), `never sent: ${text}`);

// An IIN of made-up people: seven given digits, a serial, the check digit; none where no check digit fits.
const iin = (seven, serial) => {
  const digits = [...`${seven}${String(serial).padStart(4, '0')}`].map(Number);
  const rest = (shift) => digits.reduce((sum, digit, at) => sum + digit * (((at + shift) % 11) + 1), 0) % 11;
  const check = [rest(0), rest(2)].find((value) => value < 10);
  return check === undefined ? undefined : [...digits, check].join('');
};

// Children whom no other test knows: two applications for one child are in each other's way. The Rust
// tests and the demo city have serials below 80, each file here has days of its own, and goes through
// them from somewhere.
const DAYS = 28;
const files = readdirSync(new URL('..', import.meta.url)).filter((name) => name.endsWith('.test.js')).sort();
const file = Math.max(0, files.indexOf(basename(process.argv[1] ?? '')));
const own = Array.from({ length: 8 * DAYS }, (_, day) => day).filter((day) => day % files.length === file);
const all = own.flatMap((day) => Array.from({ length: 20 }, (_, at) => ({ month: 1 + Math.floor(day / DAYS), day: 1 + (day % DAYS), serial: 80 + at })));
let turn = Math.floor(Math.random() * all.length);
const newborn = (year) => {
  for (;;) {
    const { month, day, serial } = all[(turn += 1) % all.length];
    const born = `${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`;
    const child_iin = iin(`${year}${born}5`, serial);
    if (child_iin) return { child_iin, birth: [`${day}`, `${month}`, `20${year}`] };
  }
};

// A family that the register does not know, with a child as old as the sample family's. No
// operator has the prefix 709.
export const invented = () => {
  const { child_iin: sample, address, language, scans } = portal.sample;
  const { child_iin, birth } = newborn(sample.slice(0, 2));
  return {
    // Below five million there are the phones of other tests.
    phone: `+7709${Math.floor(5e6 + Math.random() * 5e6)}`,
    parent_iin: iin('9003074', 81) ?? iin('9003074', 82),
    child_iin,
    parent: { surname: 'Сынақова', name: 'Үлгі', birth: ['7', '3', '1990'], sex: 'female' },
    child: { surname: 'Сынақов', name: 'Мысал', birth, sex: 'male' },
    address, language, scans,
  };
};

// A family of the demo city, by what is particular about it; parent and child as they would be
// typed where the register does not tell them.
export const registered = (which) => {
  const [head, ...rows] = readFileSync(join(portal.samples, 'samples.csv'), 'utf8').trim().split('\n')
    .map((line) => [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,|$)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
  const row = rows.find(([name]) => name === which);
  if (!row) throw new Error(`the demo city has no family ${which}`);
  const family = Object.fromEntries(head.map((name, at) => [name, row[at]]));
  const [year, month, day, century] = family.child_iin.match(/^(..)(..)(..)(.)/).slice(1);
  const child = { surname: 'Сынақов', name: 'Мысал', birth: [`${+day}`, `${+month}`, `20${year}`], sex: century === '6' ? 'female' : 'male' };
  return { ...family, child, scans: portal.sample.scans };
};
