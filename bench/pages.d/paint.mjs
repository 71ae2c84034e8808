// Prints a row for each page: the bytes of its first view, and when its largest paint was, over a slow line.
// node paint.mjs <browser> <bytes a second> <latency in ms> <visits> <address>...
import { spawn } from "node:child_process";

const [browser, rate, latency, visits, ...addresses] = process.argv.slice(2);

const LARGEST_PAINT = `new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
  .observe({ type: "largest-contentful-paint", buffered: true }))`;

/** A browser that is driven by the DevTools protocol, over its pipe. */
class DevTools {
  #process;
  #sent = 0;
  #open = new Map();
  #rest = "";
  listener = () => {};

  constructor(executable) {
    this.#process = spawn(
      executable,
      ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--remote-debugging-pipe"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    this.#process.stdio[4].on("data", (data) => this.#read(data));
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#sent;
    this.#process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  #read(data) {
    const messages = (this.#rest + data).split("\0");
    this.#rest = messages.pop();
    messages.map((message) => JSON.parse(message)).forEach((message) => this.#receive(message));
  }

  #receive({ id, result, error, method, params }) {
    const call = this.#open.get(id);
    this.#open.delete(id);
    if (!call) this.listener(method, params);
    else if (error) call.reject(new Error(error.message));
    else call.resolve(result);
  }

  close() {
    this.#process.kill();
  }
}

/** One visit with an empty cache. */
async function visit(devTools, address) {
  const { browserContextId } = await devTools.send("Target.createBrowserContext");
  const { targetId } = await devTools.send("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await devTools.send("Target.attachToTarget", { targetId, flatten: true });
  const page = (method, params) => devTools.send(method, params, sessionId);
  let bytes = 0;
  const loaded = new Promise((resolve) => {
    devTools.listener = (method, params) => {
      if (method === "Network.loadingFinished") bytes += params.encodedDataLength;
      if (method === "Page.loadEventFired") resolve();
    };
  });
  await page("Page.enable");
  await page("Network.enable");
  await page("Network.emulateNetworkConditions", {
    offline: false,
    latency: Number(latency),
    downloadThroughput: Number(rate),
    uploadThroughput: Number(rate),
  });
  await page("Page.navigate", { url: address });
  await loaded;
  const { result } = await page("Runtime.evaluate", { expression: LARGEST_PAINT, awaitPromise: true });
  await devTools.send("Target.disposeBrowserContext", { browserContextId });
  return { bytes, paint: result.value };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const devTools = new DevTools(browser);
for (const address of addresses) {
  await visit(devTools, address);
  const seen = [];
  for (let i = 0; i < visits; i++) seen.push(await visit(devTools, address));
  const path = new URL(address).pathname;
  const slowest = Math.max(...seen.map(({ paint }) => paint));
  console.log(`| ${path} | ${seen[0].bytes} | ${median(seen.map(({ paint }) => paint)).toFixed(0)} | ${slowest.toFixed(0)} |`);
}
devTools.close();
