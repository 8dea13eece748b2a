// Two pages side by side scroll as one: each frame is as high as its page.
// Without this script each has a scroll bar of its own.

{
  const frames = [...document.querySelectorAll(".before-after__page")];

  const fit = (frame) => {
    const page = frame.contentDocument?.documentElement;
    if (page) {
      frame.style.height = "0";
      frame.style.height = `${page.scrollHeight}px`;
    }
  };

  for (const frame of frames) {
    frame.addEventListener("load", () => fit(frame));
    fit(frame);
  }
  window.addEventListener("resize", () => frames.forEach(fit));
}
