// Keeps the page of one door, and the files it is made of, for when there is no connection.

const NAME = "{{ name|escapejs }}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const keep = async () => {
    const cache = await caches.open(NAME);
    await Promise.allSettled(event.data.keep.map((address) => cache.add(address)));
    event.source.postMessage({ kept: true });
  };
  event.waitUntil(keep());
});

// Who is led elsewhere or refused may not know the names any more. What is not sent yet stays.
const isRefused = ({ type, status }) => type === "opaqueredirect" || [401, 403, 404].includes(status);

const forgetPeople = async () => {
  await caches.delete(NAME);
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open(NAME);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => resolve(null);
  });
  if (!database) return;
  const changing = database.transaction("kept", "readwrite");
  for (const key of ["list", "presence"]) changing.objectStore("kept").delete(key);
  await new Promise((resolve) => {
    changing.oncomplete = changing.onabort = resolve;
  });
  database.close();
};

const page = async (request) => {
  try {
    const response = await fetch(request);
    if (isRefused(response)) await forgetPeople();
    return response;
  } catch {
    const kept = await (await caches.open(NAME)).match(request, { ignoreSearch: true, ignoreVary: true });
    return kept ?? Response.error();
  }
};

const file = async (request) => (await (await caches.open(NAME)).match(request, { ignoreVary: true })) ?? fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (["script", "style", "image", "font"].includes(request.destination)) {
    event.respondWith(file(request));
  }
});
