// The page at the door on a phone: finds people while one types or scans, writes down who comes,
// and sends it when there is a connection. Each entry is on the device before it is shown.

import { openStore } from "./store.js";

const door = document.querySelector("[data-door]");
const words = JSON.parse(document.getElementById("door-words").textContent);
const NAME = `door-${door.dataset.door}`;
const [LIST, PRESENCE, ENTRIES, WORKER] = door.dataset.addresses.split(" ");
const EVERY = 4_000;
const MOST_SENT = 100;
const MOST_SHOWN = 50;
const TOAST = 8_000;

const part = (name) => door.querySelector(`[data-${name}]`);
const [counts, line, camera, toast] = ["counts", "line", "camera", "toast"].map(part);
const [conflicts, list, nobody, more] = ["conflicts", "people", "nobody", "more"].map(part);
const field = part("search").elements.q;
const say = (text, facts = {}) => text.replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
const folded = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const store = await openStore(NAME);
const device = (await store.read("device")) ?? crypto.randomUUID();
await store.write("device", device);

let people = []; // of the list, each with `look`: what typing is compared with
let here = new Map(); // number -> [people, since]
let unsent = await store.entries();
let expected = 0;
let ahead = 0; // of the server's clock before this device's
let isOnline = navigator.onLine;
let isSignedIn = true;
let isFinished = false;
let until = Infinity; // names may be kept
let stopCamera = null;
let toastTimer = 0;

const now = () => Date.now() + ahead;

// What was sent before is told by the server; what was not counts on top of it.
const present = () => {
  const all = new Map(here);
  for (const entry of unsent) {
    if (entry.kind === "in") all.set(entry.registration, [entry.people, Date.parse(entry.at)]);
    else all.delete(entry.registration);
  }
  return all;
};

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const button = (className, text, label, act) => {
  const made = element("button", className, text);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
};

const row = (person, all) => {
  const [count, since] = all.get(person.number) ?? [0, 0];
  const item = element("li", "door__person");
  const told = element("div", "");
  const about = [person.organisation, person.category].filter(Boolean);
  if (person.size > 1) about.push(say(words.people, { count: person.size }));
  told.append(element("strong", "", person.name), element("span", "door__note", about.join(" · ")));
  item.append(told);
  if (count) {
    const facts = { count, size: person.size, time: clock(since) };
    const text = count < person.size ? words.partly : words.since;
    told.append(element("span", "door__here", say(text, facts)));
    item.append(
      button("door__act door__act--quiet", words.undo, `${words.undo}: ${person.name}`, () =>
        enter(person, "out", 1),
      ),
    );
    return item;
  }
  const acts = element("div", "door__acts");
  const many = element("input", "door__many");
  if (person.size > 1) {
    Object.assign(many, { type: "number", min: 1, max: person.size, value: person.size });
    many.setAttribute("aria-label", say(words.howMany, { name: person.name }));
    acts.append(many);
  }
  const howMany = () => Math.min(Math.max(Math.round(Number(many.value)) || 1, 1), person.size);
  acts.append(
    button("door__act", words.checkIn, `${words.checkIn}: ${person.name}`, () =>
      enter(person, "in", person.size > 1 ? howMany() : 1),
    ),
  );
  item.append(acts);
  return item;
};

const show = () => {
  const all = present();
  const arrived = [...all.values()].reduce((sum, [count]) => sum + count, 0);
  counts.textContent = say(words.of, { here: arrived, expected });
  const asked = folded(field.value);
  const code = asked.replaceAll(" ", "").toUpperCase();
  const found = asked
    ? people.filter((person) => person.look.includes(asked) || person.code === code)
    : [];
  list.replaceChildren(...found.slice(0, MOST_SHOWN).map((person) => row(person, all)));
  nobody.hidden = !asked || found.length > 0;
  more.hidden = found.length <= MOST_SHOWN;
  more.textContent = say(words.more, { count: found.length - MOST_SHOWN });
  const waiting = unsent.length ? say(words.waiting, { count: unsent.length }) : "";
  const state = isSignedIn ? (isOnline ? words.online : words.offline) : words.signedOut;
  line.textContent = [state, waiting].filter(Boolean).join(" · ");
  line.classList.toggle("door__line--wrong", !isOnline || !isSignedIn);
  line.hidden = false;
};

const tell = (text, undo) => {
  clearTimeout(toastTimer);
  toast.querySelector("span").textContent = text;
  const back = toast.querySelector("[data-toast-undo]");
  back.hidden = !undo;
  back.onclick = undo ?? null;
  toast.hidden = false;
  toastTimer = setTimeout(() => (toast.hidden = true), TOAST);
};

const enter = async (person, kind, count) => {
  const entry = {
    key: crypto.randomUUID(),
    registration: person.number,
    kind,
    people: count,
    at: new Date(now()).toISOString(),
    device,
  };
  entry.order = await store.add(entry);
  unsent.push(entry);
  const isIn = kind === "in";
  tell(
    say(isIn ? words.isIn : words.isOut, { name: person.name }),
    isIn ? () => enter(person, "out", 1) : null,
  );
  if (isIn) field.value = "";
  show();
  field.focus();
  send();
};

const nameOf = (number) =>
  people.find((person) => person.number === number)?.name ?? `#${number}`;

const report = (entry, text) => {
  const name = nameOf(entry.registration);
  const item = element("li", "", `${name}: ${text}`);
  item.append(
    button("door__act door__act--quiet", words.ok, `${words.ok}: ${name}`, () => {
      item.remove();
      conflicts.hidden = conflicts.querySelector("li") === null;
    }),
  );
  conflicts.querySelector("ul").append(item);
  conflicts.hidden = false;
};

// What is not sent yet stays: it names nobody.
const forgetPeople = async () => {
  people = [];
  here = new Map();
  conflicts.querySelector("ul").replaceChildren();
  conflicts.hidden = true;
  await store.forgetPeople();
  await caches.delete(NAME);
};

const ask = async (address, options = {}) => {
  let response;
  try {
    response = await fetch(address, { redirect: "manual", ...options });
  } catch (error) {
    isOnline = false;
    throw error;
  }
  isOnline = true;
  isSignedIn = response.type !== "opaqueredirect" && ![401, 403, 404].includes(response.status);
  if (!isSignedIn) await forgetPeople();
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
};

let sending = null;

const sendAll = async () => {
  while (unsent.length) {
    const batch = unsent.slice(0, MOST_SENT);
    const { answers } = await ask(ENTRIES, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": part("token").elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({
        entries: batch.map(({ key, registration, kind, people, at, device }) => {
          return { key, registration, kind, people, at, device };
        }),
      }),
    });
    await store.sent(batch.map((entry) => entry.order));
    answers.forEach((answer, index) => answer.words && report(batch[index], answer.words));
    for (const entry of batch) {
      const refused = answers.some(
        ({ key, answer }) => key === entry.key && ["not-expected", "unknown"].includes(answer),
      );
      if (refused) continue;
      if (entry.kind === "in") here.set(entry.registration, [entry.people, Date.parse(entry.at)]);
      else here.delete(entry.registration);
    }
    unsent = unsent.slice(batch.length);
  }
};

// What could not be sent is tried again with the next tick.
const send = () => {
  sending ??= sendAll()
    .catch(() => {})
    .finally(() => {
      sending = null;
      show();
    });
  return sending;
};

const take = (told) => {
  until = told.until;
  people = told.people.map((person) => ({
    ...person,
    look: folded(`${person.name} ${person.organisation}`),
  }));
};

const refresh = async () => {
  try {
    const told = await ask(PRESENCE);
    here = new Map(Object.entries(told.here).map(([number, told]) => [Number(number), told]));
    expected = told.expected;
    await store.write("presence", told);
  } catch {
    // The line says that there is no connection, and all goes on from what is kept.
  }
  show();
};

const load = async () => {
  const kept = await store.read("list");
  const before = await store.read("presence");
  if (before) {
    here = new Map(Object.entries(before.here).map(([number, told]) => [Number(number), told]));
    expected = before.expected;
  }
  if (kept) take(kept);
  show();
  try {
    const told = await ask(LIST, { cache: "no-store" });
    ahead = told.now - Date.now();
    await store.write("list", told);
    take(told);
  } catch {
    // As above; and who is signed out has nothing left.
  }
  show();
};

const tick = async () => {
  await send();
  if (isFinished) return;
  if (now() > until) await expire();
  else if (isSignedIn) await refresh();
};

const finish = async () => {
  if (unsent.length) {
    tell(say(words.unsent, { count: unsent.length }));
    return;
  }
  isFinished = true;
  stopCamera?.();
  await store.forget();
  await caches.delete(NAME);
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.unregister();
  door.replaceChildren(element("p", "door__toast", words.finished));
  clearInterval(ticking);
};

// The names go now, all else as soon as everything is sent.
const expire = async () => {
  await forgetPeople();
  show();
  if (!unsent.length) await finish();
};

const scanned = (code) => {
  const person = people.find((one) => one.code === code.replace(/\s/g, "").toUpperCase());
  if (!person) {
    tell(words.strange);
    return;
  }
  const already = present().get(person.number);
  navigator.vibrate?.(already ? [60, 60, 60] : 60);
  if (already) {
    tell(say(words.already, { name: person.name, time: clock(already[1]) }));
  } else if (person.size > 1) {
    field.value = person.name;
    show();
  } else {
    enter(person, "in", 1);
  }
};

const toggleCamera = async () => {
  const scanning = part("scan");
  if (stopCamera) {
    stopCamera();
    stopCamera = null;
  } else {
    camera.hidden = false;
    try {
      const { scan } = await import(door.dataset.scanner);
      stopCamera = await scan(part("video"), door.dataset.decoder, scanned);
      part("camera-word").hidden = true;
    } catch {
      part("camera-word").textContent = words.noCamera;
      part("camera-word").hidden = false;
      scanning.setAttribute("aria-expanded", "true");
      return;
    }
  }
  camera.hidden = !stopCamera;
  scanning.setAttribute("aria-expanded", String(Boolean(stopCamera)));
};

const keepPage = async () => {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(WORKER);
  const { active } = await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener("message", () => (door.dataset.kept = ""));
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  const ours = files.filter((name) => /\.(js|css|svg|png|woff2)$/.test(new URL(name).pathname));
  const decoder = new URL(door.dataset.decoder, location.href);
  const later = [door.dataset.scanner, decoder.href, new URL("index.js", decoder).href];
  active.postMessage({ keep: [location.pathname, ...ours, ...later] });
};

const ticking = setInterval(tick, EVERY);
part("search").addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", show);
part("scan").addEventListener("click", toggleCamera);
part("scan").hidden = false;
part("finish").addEventListener("click", finish);
part("finish").hidden = false;
door.querySelector(".door__find").hidden = true;
addEventListener("online", tick);
addEventListener("offline", () => {
  isOnline = false;
  show();
});

await load();
await tick();
if (isSignedIn && !isFinished && now() <= until) await keepPage();
