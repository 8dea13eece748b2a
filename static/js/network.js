// Lets a reader come closer to the picture of a network: by buttons, keys, wheel and fingers.
// What is shown is the view box alone, at once and without motion.

for (const view of document.querySelectorAll("[data-network]")) {
  const picture = view.querySelector("svg.network");
  const tools = view.querySelector(".network-view__tools");
  const whole = picture.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const CLOSEST = 8;
  const STEP = 1.5;
  let shown = { ...all };
  let scale = 1;

  const within = (start, size, from, room) => Math.min(Math.max(start, from), from + room - size);

  const show = (x, y) => {
    const width = all.width / scale;
    const height = all.height / scale;
    shown = {
      x: within(x, width, all.x, all.width),
      y: within(y, height, all.y, all.height),
      width,
      height,
    };
    picture.setAttribute("viewBox", `${shown.x} ${shown.y} ${width} ${height}`);
    picture.classList.toggle("network--near", scale > 1);
    for (const button of tools.querySelectorAll("[data-zoom]")) {
      button.disabled = button.dataset.zoom === "in" ? scale >= CLOSEST : scale <= 1;
    }
  };

  // The point of the picture that lies under a point of the screen.
  const under = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY);
    return point.matrixTransform(picture.getScreenCTM().inverse());
  };

  const middle = () => ({ x: shown.x + shown.width / 2, y: shown.y + shown.height / 2 });

  // Closer or further by a factor, while a point stays where it is.
  const zoom = (factor, point) => {
    const before = scale;
    scale = Math.min(CLOSEST, Math.max(1, scale * factor));
    const share = before / scale;
    show(point.x - (point.x - shown.x) * share, point.y - (point.y - shown.y) * share);
  };

  const move = (x, y) => show(shown.x + x * shown.width, shown.y + y * shown.height);

  const acts = {
    in: () => zoom(STEP, middle()),
    out: () => zoom(1 / STEP, middle()),
    all: () => zoom(1 / CLOSEST, middle()),
  };
  const keys = {
    "+": acts.in,
    "=": acts.in,
    "-": acts.out,
    0: acts.all,
    ArrowLeft: () => move(-0.15, 0),
    ArrowRight: () => move(0.15, 0),
    ArrowUp: () => move(0, -0.15),
    ArrowDown: () => move(0, 0.15),
  };

  tools.hidden = false;
  tools.addEventListener("click", (event) => acts[event.target.dataset.zoom]?.());

  view.addEventListener("keydown", (event) => {
    const moves = event.key.startsWith("Arrow");
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) {
      return;
    }
    if (!moves || scale > 1) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  picture.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) {
        event.preventDefault();
        zoom(Math.exp(-event.deltaY / 300), under(event));
      }
    },
    { passive: false },
  );

  // A node that is reached by the keyboard comes into sight.
  picture.addEventListener("focusin", (event) => {
    const box = event.target.querySelector("g").getBoundingClientRect();
    const frame = picture.getBoundingClientRect();
    const inside =
      box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
    if (!inside) {
      const point = under({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
      show(point.x - shown.width / 2, point.y - shown.height / 2);
    }
  });

  // One finger or the mouse moves what is near, two fingers come closer or go further away.
  const pointers = new Map();
  let moved = false;

  const spread = () => {
    const [one, other] = [...pointers.values()];
    return {
      apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
      clientX: (one.clientX + other.clientX) / 2,
      clientY: (one.clientY + other.clientY) / 2,
    };
  };

  picture.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    moved = false;
  });

  picture.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) {
      return;
    }
    const before = pointers.size === 2 ? spread() : null;
    const from = under(last);
    const to = under(event);
    pointers.set(event.pointerId, event);
    if (before) {
      const after = spread();
      zoom(after.apart / before.apart, under(after));
    } else if (scale > 1) {
      show(shown.x + from.x - to.x, shown.y + from.y - to.y);
    }
    moved ||= Math.hypot(event.movementX, event.movementY) > 2 && (scale > 1 || before !== null);
  });

  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    picture.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }

  // What was dragged was not chosen.
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("click", (event) => moved && event.preventDefault());
}
