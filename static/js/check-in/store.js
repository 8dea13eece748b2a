// What a device keeps for one door: whom to expect, and what it has not sent yet. It survives a
// closed page; `forgetPeople` leaves what is not sent yet, which names nobody, `forget` nothing.

const NEWEST = 1;

const asPromise = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export const openStore = async (name) => {
  const opening = indexedDB.open(name, NEWEST);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("kept");
    opening.result.createObjectStore("entries", { keyPath: "order", autoIncrement: true });
  };
  const database = await asPromise(opening);
  const on = (table, mode) => database.transaction(table, mode).objectStore(table);

  return {
    read: (key) => asPromise(on("kept", "readonly").get(key)),
    write: (key, value) => asPromise(on("kept", "readwrite").put(value, key)),
    add: (entry) => asPromise(on("entries", "readwrite").add(entry)),
    entries: () => asPromise(on("entries", "readonly").getAll()),
    sent: async (orders) => {
      const entries = on("entries", "readwrite");
      await Promise.all(orders.map((order) => asPromise(entries.delete(order))));
    },
    forgetPeople: async () => {
      const kept = on("kept", "readwrite");
      await Promise.all(["list", "presence"].map((key) => asPromise(kept.delete(key))));
    },
    forget: async () => {
      database.close();
      await asPromise(indexedDB.deleteDatabase(name));
    },
  };
};
