// Codes before the camera, read by the browser where it can, else by the decoder at `address`.

const BETWEEN = 150; // milliseconds from one picture to the next
const LARGEST = 640; // pixels: larger pictures take longer and find no more

const readerOfBrowser = async () => {
  if (!("BarcodeDetector" in globalThis)) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
};

const packagedReader = async (address) => {
  const { default: decode } = await import(address);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, LARGEST / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    if (!width || !height) return null;
    canvas.width = width;
    canvas.height = height;
    context.drawImage(video, 0, 0, width, height);
    try {
      return decode(context.getImageData(0, 0, width, height));
    } catch {
      return null; // No code in this picture.
    }
  };
};

// Calls `onCode` with each code that comes before the camera; answers how to stop.
export const scan = async (video, address, onCode) => {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment" },
  });
  video.srcObject = stream;
  await video.play();
  const read = (await readerOfBrowser()) ?? (await packagedReader(address));
  let isOver = false;
  let last = null;
  const look = async () => {
    if (isOver) return;
    const code = await read(video).catch(() => null);
    if (code && code !== last && !isOver) onCode(code);
    last = code ?? last;
    setTimeout(look, BETWEEN);
  };
  look();
  return () => {
    isOver = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
};
