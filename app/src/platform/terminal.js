// A terminal of xterm.js in an element. It is fetched when the first terminal opens.
//
// Two things of xterm.js 6 need care under a strict content security policy:
// - it makes <style> elements when it opens: they get the page's nonce;
// - it colours characters by setAttribute("style", …): the same is done through CSSOM, which is
//   always allowed.

const MODULE = "/vendor/xterm-6.0.0.mjs";
const FIT = "/vendor/addon-fit-0.11.0.mjs";
const STYLE = "/vendor/xterm-6.0.0.css";

// Milliseconds that a size must last before it is told: dragging makes many.
const SETTLE = 120;

let loading;

function load() {
  loading ??= Promise.all([import(MODULE), import(FIT), loadStyle()]).then(([xterm, fit]) => {
    HTMLSpanElement.prototype.setAttribute = function (name, value) {
      if (name === "style") this.style.cssText = value;
      else Element.prototype.setAttribute.call(this, name, value);
    };
    return { Terminal: xterm.Terminal, FitAddon: fit.FitAddon };
  });
  loading.catch(() => { loading = undefined; });
  return loading;
}

function loadStyle() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = STYLE;
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => { link.remove(); reject(new Error(STYLE)); };
    document.head.append(link);
  });
}

function withNonce(open) {
  const nonce = document.querySelector("script[nonce]")?.nonce ?? "";
  document.createElement = (name, options) => {
    const element = Document.prototype.createElement.call(document, name, options);
    if (name === "style") element.nonce = nonce;
    return element;
  };
  try { open(); } finally { delete document.createElement; }
}

// The colours of the style sheet, resolved: xterm.js does not know variables.
function theme(element) {
  const probe = element.appendChild(document.createElement("i"));
  const color = (name) => {
    probe.style.color = `var(--terminal-${name})`;
    return getComputedStyle(probe).color;
  };
  const ansi = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
  const bright = (name) => `bright${name[0].toUpperCase()}${name.slice(1)}`;
  const colors = {
    background: color("background"),
    foreground: color("text"),
    cursor: color("cursor"),
    cursorAccent: color("background"),
    selectionBackground: color("selection"),
    ...Object.fromEntries(ansi.map((name) => [name, color(name)])),
    ...Object.fromEntries(ansi.map((name) => [bright(name), color(`bright-${name}`)])),
  };
  probe.remove();
  return colors;
}

function openLink(event, address) {
  if (/^https?:\/\//i.test(address)) window.open(address, "_blank", "noopener,noreferrer");
}

const isCopy = (event) => event.ctrlKey && event.shiftKey && event.code === "KeyC";
const isPaste = (event) => event.ctrlKey && event.shiftKey && event.code === "KeyV";

// The keys of copy and paste; everything else is the terminal's.
function clipboardKeys(terminal) {
  return (event) => {
    if (event.type !== "keydown" || !(isCopy(event) || isPaste(event))) return true;
    event.preventDefault();
    if (isCopy(event)) navigator.clipboard?.writeText(terminal.getSelection()).catch(() => {});
    else navigator.clipboard?.readText().then((text) => terminal.paste(text)).catch(() => {});
    return false;
  };
}

// Opens a terminal in `element`. `on` has `input(bytes)` and `size(columns, rows)`, which
// tells the size that fits whenever it changes.
export async function open(element, options, on) {
  const { Terminal, FitAddon } = await load();
  const style = getComputedStyle(element);
  const terminal = new Terminal({
    disableStdin: options.readOnly,
    screenReaderMode: options.screenReader,
    fontFamily: style.fontFamily,
    fontSize: parseFloat(style.fontSize),
    lineHeight: 1.2,
    scrollback: 5000,
    theme: theme(element),
    minimumContrastRatio: 4.5,
    cursorInactiveStyle: options.readOnly ? "none" : "outline",
    linkHandler: { activate: openLink },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withNonce(() => terminal.open(element));
  terminal.attachCustomKeyEventHandler(clipboardKeys(terminal));

  const encoder = new TextEncoder();
  terminal.onData((text) => on.input(encoder.encode(text)));
  const byte = (character) => character.charCodeAt(0);
  terminal.onBinary((text) => on.input(Uint8Array.from(text, byte)));

  const fitting = () => {
    const size = element.clientWidth > 0 && fit.proposeDimensions();
    return size && Number.isFinite(size.cols) && Number.isFinite(size.rows) ? size : undefined;
  };

  // Follows the size of this element until another browser sets the size of the terminal.
  let following = options.setsSize;
  const scale = () => {
    const screen = element.querySelector(".xterm-screen");
    const across = element.clientWidth / screen.offsetWidth;
    const down = element.clientHeight / screen.offsetHeight;
    const factor = following ? 1 : Math.min(1, across, down);
    terminal.element.style.transform = factor < 1 ? `scale(${factor})` : "";
  };
  let telling;
  const follow = () => {
    const size = fitting();
    if (!size) return;
    following = options.setsSize;
    if (following) {
      terminal.resize(size.cols, size.rows);
      clearTimeout(telling);
      telling = setTimeout(() => on.size(size.cols, size.rows), SETTLE);
    }
    scale();
  };
  const observer = new ResizeObserver(follow);
  observer.observe(element);

  const restyle = () => { terminal.options.theme = theme(element); };
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", restyle);
  const attributes = new MutationObserver(restyle);
  attributes.observe(document.documentElement, { attributeFilter: ["class", "data-theme"] });

  return {
    reset: () => terminal.reset(),
    write: (bytes) => terminal.write(bytes),
    focus: () => terminal.focus(),
    follow,
    // Another browser set this size: show all of it, smaller if need be.
    resize: (columns, rows) => {
      const size = fitting();
      following = options.setsSize && columns === size?.cols && rows === size?.rows;
      terminal.resize(columns, rows);
      scale();
    },
    isFollowing: () => following,
    setScreenReader: (isOn) => { terminal.options.screenReaderMode = isOn; },
    dispose: () => {
      clearTimeout(telling);
      observer.disconnect();
      attributes.disconnect();
      scheme.removeEventListener("change", restyle);
      terminal.dispose();
    },
  };
}
