// The visitor's own selection of sessions, kept in this browser alone: a star at each session, a
// view of those chosen, a word on those that overlap, and the address of their calendar.

{
  const PLACE = "my-programme";
  let onlyMine = false;
  let chosen = new Set();

  const read = () => {
    try {
      chosen = new Set(JSON.parse(localStorage.getItem(PLACE) ?? "[]"));
    } catch {
      // What is not kept, or not by this page, leaves the choice as it is.
    }
  };

  const write = () => {
    try {
      localStorage.setItem(PLACE, JSON.stringify([...chosen]));
    } catch {
      // A browser that keeps nothing shows the choice until the page is left.
    }
  };

  const overlaps = (sessions) => {
    const timed = sessions.filter((session) => session.dataset.starts);
    return timed.flatMap((one, index) =>
      timed
        .slice(index + 1)
        .filter(
          (other) =>
            Date.parse(one.dataset.starts) < Date.parse(other.dataset.ends) &&
            Date.parse(other.dataset.starts) < Date.parse(one.dataset.ends),
        )
        .map((other) => [one, other]),
    );
  };

  const title = (session) => session.querySelector(".session__title").textContent.trim();

  const tellOverlaps = (panel, mine) => {
    const list = panel.querySelector("[data-overlaps]");
    const pairs = overlaps(mine);
    list.hidden = pairs.length === 0;
    list.replaceChildren(
      ...pairs.map(([one, other]) => {
        const item = document.createElement("li");
        item.textContent = list.dataset.overlaps
          .replace("{one}", () => title(one))
          .replace("{other}", () => title(other));
        return item;
      }),
    );
  };

  const show = () => {
    const sessions = [...document.querySelectorAll("[data-session]")];
    const mine = sessions.filter((session) => chosen.has(session.dataset.session));
    onlyMine &&= mine.length > 0;
    for (const session of sessions) {
      const star = session.querySelector("[data-star]");
      const isMine = mine.includes(session);
      star.hidden = false;
      star.setAttribute("aria-pressed", String(isMine));
      session.hidden = onlyMine && !isMine;
    }
    for (const table of document.querySelectorAll(".timetable")) {
      table.hidden = onlyMine;
    }
    const panel = document.querySelector("[data-my-programme]");
    if (!panel) {
      return;
    }
    panel.hidden = mine.length === 0;
    panel.querySelector("[data-count]").textContent = String(mine.length);
    panel.querySelector("[data-only-mine]").setAttribute("aria-pressed", String(onlyMine));
    const calendar = panel.querySelector("[data-calendar]");
    const asked = mine.map((session) => `session=${session.dataset.session}`);
    calendar.href = `${calendar.dataset.calendar}?${asked.join("&")}`;
    tellOverlaps(panel, mine);
  };

  document.addEventListener("click", (event) => {
    const session = event.target.closest("[data-star]")?.closest("[data-session]");
    if (session) {
      read();
      if (!chosen.delete(session.dataset.session)) {
        chosen.add(session.dataset.session);
      }
      write();
    } else if (event.target.closest("[data-only-mine]")) {
      onlyMine = !onlyMine;
    } else {
      return;
    }
    show();
  });

  window.addEventListener("storage", (event) => {
    if (event.key === PLACE || event.key === null) {
      read();
      show();
    }
  });
  document.addEventListener("htmx:afterSwap", show);
  read();
  show();
}
