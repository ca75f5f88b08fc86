// Improvements only: every page works without this file.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const make = (tag, attributes = {}, text = '') => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
};

// One live region for the whole page: a region added together with its text is not announced.
const live = make('p', { class: 'vh', role: 'status' });
document.body.append(live);
const say = (text) => { live.textContent = text; };

// Errors: the summary takes the focus, its links lead into the first box of a group.
document.querySelector('[data-errors]')?.focus();
all('[data-errors] a').forEach((link) => link.addEventListener('click', (event) => {
  const target = document.getElementById(link.hash.slice(1));
  const box = target?.matches('input,select,textarea') ? target : target?.querySelector('input,select,textarea,button');
  if (!box) return;
  event.preventDefault();
  target.scrollIntoView();
  box.focus({ preventScroll: true });
}));

// A second press while the first is on its way does nothing. The server is safe without this.
const release = () => all('form[data-sent]').forEach((form) => {
  delete form.dataset.sent;
  all('[aria-disabled]').forEach((button) => button.removeAttribute('aria-disabled'));
});
addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  (event.submitter?.matches('.default') ? form.querySelector('.primary') : event.submitter)?.setAttribute('aria-disabled', 'true');
  setTimeout(release, 8000);
});
addEventListener('pageshow', release);

// The code from the SMS, where the browser can read it with the owner's leave.
const code = document.querySelector('input[autocomplete=one-time-code]');
if (code && 'OTPCredential' in window) {
  const stop = new AbortController();
  code.form?.addEventListener('submit', () => stop.abort());
  navigator.credentials.get({ otp: { transport: ['sms'] }, signal: stop.signal })
    .then((otp) => { if (otp && !code.value) code.value = otp.code; }, () => {});
}

// Seconds until a code may be sent again.
all('[data-resend]').forEach((box) => {
  const { wait, ready, resend } = box.dataset;
  const [hint, button] = [box.querySelector('p'), box.querySelector('button')];
  const end = performance.now() + resend * 1000;
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    button.hidden = left > 0;
    hint.textContent = left > 0 ? wait.replace('{n}', left) : ready;
    if (left > 0) setTimeout(tick, 1000); else say(ready);
  };
  tick();
});

// Suggestions under a field (ARIA 1.2 combobox with a listbox).
all('[data-suggest]').forEach((box) => {
  const { suggest, count, none, list: name } = box.dataset;
  const input = box.querySelector('input');
  const list = make('ul', { role: 'listbox', id: `${input.id}-list`, 'aria-label': name, hidden: '' });
  box.append(list);
  const state = { role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id };
  for (const [key, value] of Object.entries(state)) input.setAttribute(key, value);
  let [timer, request, active] = [0, null, -1];

  const mark = (index) => {
    active = index;
    all('li', list).forEach((item, at) => {
      item.setAttribute('aria-selected', at === index);
      if (at === index) item.scrollIntoView({ block: 'nearest' });
    });
    if (index < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', list.children[index].id);
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute('aria-expanded', open);
    if (!open) mark(-1);
  };
  const choose = (item) => {
    input.value = item.dataset.value;
    show(false);
    // A street that still wants its house: go on suggesting.
    if (/[\s,]$/.test(input.value)) ask();
  };
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    const asked = input.value.trim();
    if (asked.length < 2) { show(false); return; }
    try {
      const response = await fetch(`${suggest}?q=${encodeURIComponent(asked)}`, { signal: request.signal });
      if (!response.ok) throw response;
      const items = await response.json();
      list.replaceChildren(...items.map(({ label, value }, at) => {
        const item = make('li', { role: 'option', id: `${list.id}-${at}`, 'aria-selected': 'false', 'data-value': value }, label);
        item.addEventListener('mousedown', (event) => { event.preventDefault(); choose(item); });
        return item;
      }));
      active = -1;
      show(items.length > 0 && document.activeElement === input);
      say(items.length ? count.replace('{n}', items.length) : none);
    } catch (error) {
      if (error.name !== 'AbortError') show(false);
    }
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 200); });
  input.addEventListener('blur', () => { clearTimeout(timer); show(false); });
  input.addEventListener('keydown', (event) => {
    const last = list.children.length - 1;
    if (event.key === 'ArrowDown' && list.hidden) ask();
    else if (list.hidden) return;
    else if (event.key === 'ArrowDown') mark(active < last ? active + 1 : 0);
    else if (event.key === 'ArrowUp') mark(active > 0 ? active - 1 : last);
    else if (event.key === 'Enter' && active >= 0) choose(list.children[active]);
    else if (event.key === 'Escape') show(false);
    else return;
    event.preventDefault();
  });
});

// Parts that wait for a check are replaced by their newer selves; what is typed stays.
const refresh = async () => {
  for (let round = 0; round < 60 && document.querySelector('[data-checking]'); round += 1) {
    await pause(document.hidden ? 10000 : 2000 + round * 100);
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (!response.ok || response.redirected) return;
      const changed = [];
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      all('[data-checking]').forEach((old) => {
        const now = fresh.getElementById(old.id);
        if (now?.matches('[data-checking]')) return;
        const focused = old.contains(document.activeElement);
        if (now) old.replaceWith(now); else old.remove();
        if (focused) now?.querySelector('button,a')?.focus();
        const [name, tag] = [now?.querySelector('.name'), now?.querySelector('.tag')];
        if (name && tag) changed.push(`${name.textContent}: ${tag.textContent}`);
      });
      if (changed.length) say(changed.join('. '));
    } catch { /* offline for a moment: the next round asks again */ }
  }
};
refresh();

// Uploads straight to the bucket. Whatever fails, the plain form is still there.
const LIMIT = 10 * 1024 * 1024;
const LARGE = 2 * 1024 * 1024;
const SIDE = 2400;

const smaller = async (file) => {
  if (file.size <= LARGE || !/^image\/(jpeg|png)$/.test(file.type)) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = make('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
};

const post = ({ url, fields }, file, progress) => new Promise((done, failed) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', file);
  const request = new XMLHttpRequest();
  request.upload.addEventListener('progress', (event) => progress(Math.round((100 * event.loaded) / event.total)));
  request.addEventListener('load', () => (request.status < 300 ? done() : failed(new Error('refused'))));
  request.addEventListener('error', () => failed(new Error('lost')));
  request.open('POST', url);
  request.send(body);
});

all('[data-upload]').forEach((box) => {
  const words = box.dataset;
  const form = box.querySelector('form');
  const input = form.querySelector('[type=file]');
  const button = form.querySelector('.primary');
  const note = make('p', { role: 'status' });
  const bar = make('progress', { max: 100, value: 0, hidden: '', 'aria-label': words.preparing });
  button.closest('.buttons').before(bar, note);
  let [busy, plain] = [false, false];

  // The browser's own button speaks the browser's language: ours opens the same dialogue.
  const pick = make('button', { type: 'button', 'aria-describedby': `${input.id}-picked ${input.getAttribute('aria-describedby')}` }, words.pick);
  const picked = make('span', { id: `${input.id}-picked`, class: 'file' });
  const row = make('div', { class: 'pick' });
  row.append(pick, picked);
  input.before(row);
  input.className = 'vh';
  input.tabIndex = -1;
  const name = () => { picked.textContent = input.files[0]?.name ?? words.unpicked; };
  pick.addEventListener('click', () => input.click());
  input.addEventListener('focus', () => pick.focus());
  input.addEventListener('change', name);
  name();

  const ticket = async (file, name) => {
    const body = new URLSearchParams({ csrf: form.elements.csrf?.value ?? '', name, size: file.size });
    const response = await fetch(words.upload, { method: 'POST', body, headers: { accept: 'application/json' } });
    if (response.ok) return response.json();
    throw Object.assign(new Error('no ticket'), { final: response.status < 500 });
  };
  const send = async (file, name) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const given = await ticket(file, name);
        await post(given, file, (percent) => {
          bar.value = percent;
          const step = percent - (percent % 25);
          const text = words.uploading.replace('{percent}', step);
          if (note.textContent !== text) note.textContent = text;
        });
        return given;
      } catch (error) {
        if (error.final || attempt === 2) throw error;
        await pause(1000 * (attempt + 1));
      }
    }
  };
  const settled = async (status) => {
    for (let round = 0; round < 60; round += 1) {
      await pause(Math.min(500 + round * 250, 3000));
      try {
        const { state } = await (await fetch(status)).json();
        if (state !== 'checking') return state;
      } catch { /* offline for a moment */ }
    }
    return 'checking';
  };

  form.addEventListener('submit', async (event) => {
    if (plain || event.submitter?.name) return;
    event.preventDefault();
    if (busy) return;
    const [original] = input.files;
    if (!original) { note.textContent = words.none; pick.focus(); return; }
    if (!original.size) { note.textContent = words.empty; pick.focus(); return; }
    busy = true;
    button.setAttribute('aria-disabled', 'true');
    note.textContent = words.preparing;
    try {
      const file = await smaller(original);
      if (file.size > (Number(words.limit) || LIMIT)) throw Object.assign(new Error('big'), { say: words.big });
      bar.hidden = false;
      const given = await send(file, original.name);
      note.textContent = words.uploaded;
      bar.removeAttribute('value');
      if (given.done) { location.assign(given.done); return; }
      const state = await settled(given.status_url);
      if (state === 'accepted') location.assign(words.done); else location.reload();
      return;
    } catch (error) {
      note.textContent = error.say ?? words.failed;
      // The next press sends the plain form, which needs no bucket.
      plain = !error.say;
      if (error.final) form.requestSubmit(button);
    }
    bar.hidden = true;
    busy = false;
    button.removeAttribute('aria-disabled');
  });
});

all('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => print());
});

// Keys of the office: letters are meant by their place on the keyboard, whatever language it types.
const keys = document.querySelector('[data-keys]');
if (keys) {
  const box = keys.querySelector('input');
  const links = all('.desk tbody th a');
  const kept = (value) => {
    try { return value ? localStorage.setItem('keys', value) : localStorage.getItem('keys'); } catch { return null; }
  };
  const step = (by) => {
    const at = links.indexOf(document.activeElement);
    links[at < 0 ? 0 : at + by]?.focus();
  };
  const does = { KeyJ: () => step(1), KeyK: () => step(-1) };

  // A scan: how large it is beside the first look, and how far it is turned.
  const viewer = document.querySelector('[data-viewer]');
  const picture = viewer?.querySelector('.scan img');
  if (viewer) {
    let [size, turned, shown] = [1, 0, 0];
    const draw = () => {
      const { style } = picture;
      shown ||= picture.clientWidth;
      style.maxWidth = 'none';
      style.width = `${Math.round(shown * size)}px`;
      style.transform = `rotate(${turned * 90}deg)`;
      // Lying on its side it takes its height for its width.
      const gap = turned % 2 ? (picture.clientWidth - picture.clientHeight) / 2 : 0;
      style.margin = `${gap}px ${-gap}px`;
      say(`${Math.round(size * 100)} %, ${turned * 90}°`);
    };
    const acts = {
      larger: () => { size = Math.min(size * 1.25, 8); draw(); },
      smaller: () => { size = Math.max(size / 1.25, 0.25); draw(); },
      turn: () => { turned = (turned + 1) % 4; draw(); },
    };
    const follow = (rel) => { const link = viewer.querySelector(`a[rel=${rel}]`); if (link) location.assign(link.href); };
    Object.assign(does, { ArrowLeft: () => follow('prev'), ArrowRight: () => follow('next') });
    if (picture) {
      Object.assign(does, { KeyR: acts.turn, Equal: acts.larger, NumpadAdd: acts.larger, Minus: acts.smaller, NumpadSubtract: acts.smaller });
    }
    all('[data-act]', viewer).forEach((button) => {
      button.hidden = false;
      button.addEventListener('click', acts[button.dataset.act]);
    });
  }
  box.checked = kept() !== 'off';
  box.addEventListener('change', () => kept(box.checked ? 'on' : 'off'));
  keys.hidden = false;
  addEventListener('keydown', (event) => {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input,select,textarea')) return;
    // In a scan that is wider than its frame the arrows move it.
    if (event.code.startsWith('Arrow') && event.target.closest('.scan')) return;
    const act = event.key === '?' ? () => { keys.open = true; keys.querySelector('summary').focus(); } : does[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
