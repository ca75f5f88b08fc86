// What no page can do: the tables themselves, asked as the SDK would ask. The key is the emulator's own.
import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { portal } from './portal.js';

const hash = (text) => createHash('sha256').update(text).digest('hex');
const mac = (key, text) => createHmac('sha256', key).update(text).digest();
const SIGNED = 'content-type;host;x-amz-date;x-amz-target';

const ask = async (action, input) => {
  const body = JSON.stringify(input);
  const target = `DynamoDB_20120810.${action}`;
  const type = 'application/x-amz-json-1.0';
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [at.slice(0, 8), 'us-east-1', 'dynamodb', 'aws4_request'];
  const head = `content-type:${type}\nhost:${new URL(portal.endpoint).host}\nx-amz-date:${at}\nx-amz-target:${target}\n`;
  const toSign = `AWS4-HMAC-SHA256\n${at}\n${scope.join('/')}\n${hash(`POST\n/\n\n${head}\n${SIGNED}\n${hash(body)}`)}`;
  const signature = mac(scope.reduce(mac, 'AWS4test'), toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=test/${scope.join('/')}, SignedHeaders=${SIGNED}, Signature=${signature}`;
  const headers = { 'content-type': type, 'x-amz-date': at, 'x-amz-target': target, authorization };
  const response = await fetch(portal.endpoint, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${action}: ${await response.text()}`);
  return response.json();
};

const CAMPAIGN = { pk: { S: 'campaign#first-grade' }, sk: { S: 'current' } };
const DAY = 24 * 60 * 60 * 1000;
const around = (from, to) => [from, to].map((days) => new Date(Date.now() + days * DAY).toISOString());
const STANDINGS = { before: around(30, 150), closed: around(-150, -1) };

const setCampaign = (values) => ask('UpdateItem', {
  TableName: portal.directory,
  Key: CAMPAIGN,
  UpdateExpression: `SET ${Object.keys(values).map((name) => `body.${name} = :${name}`).join(', ')}`,
  ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
});

const whileCampaignHas = async (values, action) => {
  const { Item } = await ask('GetItem', { TableName: portal.directory, Key: CAMPAIGN, ConsistentRead: true });
  await setCampaign(values);
  try {
    return await action();
  } finally {
    await setCampaign(Object.fromEntries(Object.keys(values).map((name) => [name, Item.body.M[name]])));
  }
};

// Does something while the campaign has not begun (`before`) or is over (`closed`).
export const whileCampaignIs = (standing, action) => {
  const [opens, closes] = STANDINGS[standing];
  return whileCampaignHas({ opens: { S: opens }, closes: { S: closes } }, action);
};

// Does something while the campaign is another one, with the read model of a queue that the recalculation
// would have written: `places` are { school, language, capacity, forecast, ratio, residents, away, granted,
// tickets: [{ n, t, s }] }, `head` is { lines, hash, day }.
export const whileQueueIs = async (places, head, action) => {
  const campaign = `browser-${Date.now()}`;
  const put = (pk, sk, entity, rest) => ask('PutItem', {
    TableName: portal.places,
    Item: { pk: { S: pk }, sk: { S: sk }, entity: { S: entity }, schema: { N: '1' }, ...rest },
  });
  const number = (value) => ({ N: `${value}` });
  for (const { school, language, tickets, ...numbers } of places) {
    const terms = { capacity: number(numbers.capacity), forecast: number(numbers.forecast), ratio: number(numbers.ratio), priority_until: { S: '2099-05-31' } };
    const counts = ['residents', 'away', 'granted'].map((name) => [name, number(numbers[name])]);
    const waiting = number(tickets.filter(({ s }) => s.waits).length);
    const standing = { school: { S: school }, language: { S: language }, numbers: { M: { terms: { M: terms }, priority: { BOOL: true }, ...Object.fromEntries(counts), waiting } } };
    await put(`standing#${campaign}`, `${school}#${language}`, 'standing', { body: { M: standing }, line: number(head.lines) });
    const packed = gzipSync(JSON.stringify(tickets)).toString('base64');
    await put(`tickets#${campaign}#${school}#${language}`, 'tickets', 'tickets', { packed: { B: packed }, line: number(head.lines) });
  }
  const { day, line, hash } = head.day;
  await put(`ledger#${campaign}`, 'head', 'ledger-head', {
    lines: number(head.lines), hash: { S: head.hash }, applied: number(head.lines), published: number(head.lines),
    day: { M: { day: { S: day }, line: number(line), hash: { S: hash } } },
  });
  return whileCampaignHas({ id: { S: campaign } }, action);
};

// Does something in a year in which orders of enrolment are written already; gives that year.
export const whileOrdersAreWritten = (action) => {
  const now = new Date();
  // A day later than it may be: whatever the city's time zone.
  const written = now >= new Date(Date.UTC(now.getUTCFullYear(), 7, 26));
  const year = now.getUTCFullYear() - (written ? 0 : 1);
  return whileCampaignHas({ school_year: { N: `${year}` } }, () => action(year));
};

// As if every code since a moment had been asked for `times` times, ten minutes ago.
export const codesWereAskedFor = async (times, since) => {
  const scan = { TableName: portal.sessions, FilterExpression: 'entity = :sends', ExpressionAttributeValues: { ':sends': { S: 'sends' } } };
  const { Items } = await ask('Scan', scan);
  const recent = Items.filter(({ body }) => body.M.at.L.some(({ S }) => Date.parse(S) >= since));
  if (!recent.length) throw new Error('no code was asked for');
  const moment = { S: new Date(Date.now() - 10 * 60 * 1000).toISOString() };
  for (const { pk, sk } of recent) {
    await ask('UpdateItem', {
      TableName: portal.sessions,
      Key: { pk, sk },
      UpdateExpression: 'SET body.#at = :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': { L: Array(times).fill(moment) } },
    });
  }
};

// As if the provider had refused an application's first SMS for good, which in truth has gone out.
export const smsWasRefused = async (application) => {
  const now = Date.now();
  const Key = { pk: { S: `application#${application}` } };
  const { Items } = await ask('Query', {
    TableName: portal.applications,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :outbox)',
    ExpressionAttributeValues: { ':pk': Key.pk, ':outbox': { S: 'outbox#' } },
    ConsistentRead: true,
  });
  await ask('UpdateItem', {
    TableName: portal.applications,
    Key: { ...Key, sk: Items[0].sk },
    UpdateExpression: 'SET undelivered = :undelivered, undelivered_at = :at, #state = :failed, body.sms.delivery = :delivery',
    ConditionExpression: '#state = :sent',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':undelivered': { S: 'undelivered' },
      ':at': { S: `${now}-${application}` },
      ':failed': { S: 'failed' },
      ':sent': { S: 'sent' },
      ':delivery': { M: { failed: { M: { at: { S: new Date(now).toISOString() }, reason: { S: 'InvalidParameter' } } } } },
    },
  });
};

// As if an application had come into a state by itself, without the function that leads it there.
export const asIfIn = (state, id) => ask('UpdateItem', {
  TableName: portal.applications,
  Key: { pk: { S: `application#${id}` }, sk: { S: 'sent' } },
  UpdateExpression: 'SET body.#state = :state',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':state': { S: state } },
});

// As if the queue had given a place in a camp, and the portal had offered it until a day.
export const asIfOffered = ({ shift, language, section, until }, id) => {
  const place = { school: { S: shift }, language: { S: language }, section: { S: section } };
  return ask('UpdateItem', {
    TableName: portal.applications,
    Key: { pk: { S: `application#${id}` }, sk: { S: 'sent' } },
    UpdateExpression: 'SET body.#state = :state, body.seat = :seat, body.#until = :until',
    ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
    ExpressionAttributeValues: {
      ':state': { S: 'offered' },
      ':seat': { M: { place: { M: place }, line: { N: '1' } } },
      ':until': { S: until },
    },
  });
};

// As if an acceptance slip had ended by itself: the new school decides anew, and the history says so.
export const asIfSlipEnded = async (id) => {
  const pk = { S: `application#${id}` };
  const body = {
    sequence: { N: '3' }, actor: { S: 'system' }, at: { S: new Date().toISOString() },
    from: { S: 'accepted' }, to: { S: 'submitted' }, decision: { S: 'expire' },
  };
  const line = { pk, sk: { S: 'history#000003' }, entity: { S: 'history' }, schema: { N: '1' }, body: { M: body } };
  await ask('PutItem', { TableName: portal.applications, Item: line });
  await ask('UpdateItem', {
    TableName: portal.applications,
    Key: { pk, sk: { S: 'sent' } },
    UpdateExpression: 'SET body.#state = :state REMOVE body.#until',
    ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
    ExpressionAttributeValues: { ':state': { S: 'submitted' } },
  });
};
