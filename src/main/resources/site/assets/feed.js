/* @ts-self-types="./feed.d.ts" */
/*
 * Follows the feed of a newsroom by what gets through: a WebSocket (graphql-transport-ws), an event stream, or plain HTTP
 * requests that any cache may answer. It resumes after its cursor after each interruption, and checks by previousCursor
 * that no event is missed or repeated. It needs no library: browsers, Deno and Node.js 22 have all of it.
 */

/** In the order in which they are tried. */
export const TRANSPORTS = ["websocket", "event-stream", "http"];

/** Errors that don't pass. After all others the follower goes on. */
const PERMANENT = [
  "BAD_USER_INPUT",
  "COST_EXCEEDED",
  "FORBIDDEN",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "PERSISTED_QUERY_NOT_FOUND",
  "UNAUTHENTICATED",
];

/** The longest delay before the next request over HTTP, in milliseconds, by the urgency of the latest event. */
const SPREAD = { BREAKING: 100, IMPORTANT: 250, ROUTINE: 500 };

/** How many milliseconds a connection may take to give a sign of life: the first one, and any later one. */
const FIRST_SIGN = 10_000;
const LATER_SIGN = 120_000;
const PING = 25_000;

/** A connection that lasts no longer counts as failed, in milliseconds. */
const SHORT = 10_000;

/** When a better transport is tried again, in milliseconds: at first, and at the most. */
const CLIMB = 60_000;
const CLIMB_MOST = 3_600_000;

/** The longest that the server may ask to wait, in milliseconds. */
const LONGEST_WAIT = 600_000;

/** How many delivered cursors are kept to recognise a repeat. */
const REMEMBERED = 256;

/**
 * Begins to follow. Returns what tells of its state and closes it.
 *
 * @param {import("./feed.d.ts").FollowOptions} options
 * @returns {import("./feed.d.ts").FeedFollower}
 */
export function followFeed(options) {
  return new Follower(options);
}

class Follower {
  cursor;
  transport = null;
  heardAt = null;
  gaps = 0;
  repeats = 0;

  #options;
  #transports;
  #url;
  #attempt = new AbortController();
  #closing = new AbortController();
  #connected = false;
  #heard = false;
  #goOn = false;
  #repairedAt = null;
  #delivered = [];
  #silence;
  #climbAt = Infinity;
  #climb = CLIMB;
  #pause = new AbortController();

  constructor(options) {
    this.#options = options;
    this.#transports = (options.transports ?? TRANSPORTS).filter((name) => name !== "websocket" || globalThis.WebSocket);
    this.#url = new URL(options.url ?? "/", import.meta.url);
    this.cursor = options.after ?? null;
    globalThis.addEventListener?.("online", () => this.#online(), { signal: this.#closing.signal });
    this.#run();
  }

  close() {
    this.#closing.abort();
    this.#attempt.abort();
    this.#pause.abort();
  }

  get closed() {
    return this.#closing.signal.aborted;
  }

  /** Goes from transport to transport until one lasts. */
  async #run() {
    let index = 0;
    let failures = 0;
    while (!this.closed) {
      const began = performance.now();
      const retryAfter = await this.#connect(this.#transports[index], index);
      if (this.closed) break;
      if (this.#goOn) {
        if (performance.now() >= this.#climbAt) index = failures = 0;
        await this.#rest(1_000 * Math.random());
        continue;
      }
      this.#tellState(false);
      const lasted = this.#heard && performance.now() - began > SHORT;
      failures = lasted ? 0 : failures + 1;
      if (lasted && index === 0) this.#climb = CLIMB;
      if (!lasted) index = (index + 1) % this.#transports.length;
      else if (performance.now() >= this.#climbAt) index = this.#climbLater();
      await this.#rest(Math.max(retryAfter, this.#backOff(failures)), retryAfter);
    }
    this.#tellState(false);
    this.transport = null;
  }

  /** Waits for so many milliseconds, or only for the least if the network comes back meanwhile. */
  async #rest(millis, least = 0) {
    if (this.closed) return;
    this.#pause = new AbortController();
    const began = performance.now();
    await pause(millis, this.#pause.signal);
    const left = least - (performance.now() - began);
    if (left > 0) await pause(left, this.#closing.signal);
  }

  /** A connection from before the interruption hangs until it times out. */
  #online() {
    this.#pause.abort();
    this.#end(true);
  }

  /** Follows by one transport until it ends, and returns after how many milliseconds the server wants to be asked again. */
  async #connect(transport, index) {
    this.#attempt = new AbortController();
    this.#heard = this.#goOn = false;
    this.transport = transport;
    this.#expectSign(FIRST_SIGN);
    this.#climbAt = index === 0 ? Infinity : Math.min(this.#climbAt, performance.now() + this.#climb * (1 + Math.random()));
    try {
      await { websocket, "event-stream": eventStream, http }[transport](this.#connection());
      return 0;
    } catch (failure) {
      return failure?.retryAfter ?? 0;
    } finally {
      clearTimeout(this.#silence);
      this.#attempt.abort();
    }
  }

  /** What a transport knows of its follower. */
  #connection() {
    const { query, documentId, operationName, variables, cursorVariable = "after" } = this.#options;
    const { signal } = this.#attempt;
    const unlessEnded = (action) => (value) => !signal.aborted && action(value);
    return {
      url: this.#url,
      signal,
      request: { query, documentId, operationName, variables },
      isOnly: this.#transports.length === 1,
      cursor: this.cursor,
      resuming: { ...variables, ...(this.cursor !== null && { [cursorVariable]: this.cursor }) },
      alive: unlessEnded(() => this.#alive()),
      receive: unlessEnded((result) => this.#receive(result)),
      moved: unlessEnded((cursor) => (this.cursor = cursor)),
      rests: () => performance.now() >= this.#climbAt && this.#climbUp(),
    };
  }

  /** The first round tries one transport after the other. Later rounds wait longer and longer. */
  #backOff(failures) {
    if (failures === 0) return 1_000 + 2_000 * Math.random();
    const rounds = Math.floor(failures / this.#transports.length);
    return (rounds === 0 ? 500 : Math.min(30_000, 1_000 * 2 ** rounds)) * (0.5 + Math.random() / 2);
  }

  /** Ends a connection that works, between two requests, to try the first transport again. */
  #climbUp() {
    this.#climbLater();
    this.#end(true);
  }

  /** Returns the index of the first transport. If it fails, it is tried again after twice as long. */
  #climbLater() {
    this.#climb = Math.min(CLIMB_MOST, 2 * this.#climb);
    return 0;
  }

  #end(goOn) {
    this.#goOn = goOn;
    this.#attempt.abort();
  }

  #expectSign(within) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#end(false), within);
  }

  #alive() {
    this.#heard = true;
    this.heardAt = new Date();
    this.#expectSign(LATER_SIGN);
    this.#tellState(true);
  }

  #tellState(connected) {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.#call("onState", { connected, transport: this.transport });
  }

  #receive({ data, errors }) {
    const message = data && Object.values(data)[0];
    if (errors?.length && !message) return this.#refused(errors);
    if (!message) return;
    const isPosition = message.__typename === "FeedPosition";
    if (this.#isNext(message, isPosition)) this.#deliver(message, isPosition);
  }

  /** Whether the message follows the cursor. A gap is repaired by asking from the cursor, once. */
  #isNext({ cursor, previousCursor }, isPosition) {
    if (this.cursor === null || previousCursor === this.cursor) return true;
    if (isPosition ? cursor === this.cursor : cursor !== undefined && this.#delivered.includes(cursor)) {
      if (!isPosition) this.repeats++;
      return false;
    }
    if (previousCursor === undefined) return true;
    const repaired = this.#repairedAt !== this.cursor;
    this.#tellGap(previousCursor, repaired);
    this.#repairedAt = this.cursor;
    if (repaired) this.#end(true);
    return !repaired;
  }

  #tellGap(previousCursor, repaired) {
    this.gaps++;
    this.#call("onGap", { cursor: this.cursor, previousCursor, repaired });
  }

  #deliver(message, isPosition) {
    if (message.cursor) this.cursor = message.cursor;
    if (isPosition) {
      this.#call("onPosition", message);
      return;
    }
    this.#delivered = [...this.#delivered, message.cursor].slice(-REMEMBERED);
    this.#call("onEvent", message);
  }

  /** What goes wrong in the page is reported there, and isn't taken for a failure of the connection. */
  #call(name, value) {
    try {
      this.#options[name]?.(value);
    } catch (failure) {
      (globalThis.reportError ?? console.error)(failure);
    }
  }

  #refused(errors) {
    const errorOf = (code) => errors.find(({ extensions }) => extensions?.code === code);
    const invalid = errorOf("CURSOR_INVALID");
    const behind = errorOf("INTERNAL")?.extensions.feedCursor;
    if (invalid || PERMANENT.some(errorOf)) {
      this.close();
      if (invalid) this.#call("onInvalid", invalid.extensions.feedCursor ?? null);
      else this.#call("onError", errors);
      return;
    }
    if (behind) this.#skip(behind);
    this.#end(false);
  }

  /** Passes an event that the server can't render. */
  #skip(cursor) {
    this.#tellGap(cursor, false);
    this.cursor = cursor;
  }
}

/** One subscription on a socket of its own. */
function websocket({ url, signal, request, resuming, alive, receive }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(endpoint(url).href.replace(/^http/, "ws"), "graphql-transport-ws");
    const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
    const ping = setInterval(() => send({ type: "ping" }), PING);
    const end = () => {
      clearInterval(ping);
      socket.close();
      reject(new Error("The socket is closed"));
    };
    signal.addEventListener("abort", end);
    socket.addEventListener("error", end);
    socket.addEventListener("close", end);
    socket.addEventListener("open", () => send({ type: "connection_init" }));
    socket.addEventListener("message", ({ data }) => {
      const { type, payload } = parse(data);
      if (type === undefined) return end();
      alive();
      if (type === "connection_ack") send({ id: "1", type: "subscribe", payload: { ...request, variables: resuming } });
      else if (type === "ping") send({ type: "pong" });
      else if (type === "next") receive(payload);
      else if (type === "error") receive({ errors: payload });
      else if (type === "complete") resolve();
    });
  });
}

/** One event stream, read by fetch: unlike an EventSource, it tells of refusals and of comments that keep it alive. */
async function eventStream({ url, signal, isOnly, request, cursor, resuming, alive, receive, moved }) {
  const response = await fetch(address(endpoint(url), { ...request, variables: resuming }), {
    headers: { Accept: "text/event-stream" },
    cache: "no-store",
    signal,
  });
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return refuse(response, receive, isOnly);
  const start = response.headers.get("feed-cursor");
  if (cursor === null && start) moved(start);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    alive();
    const events = (text + part.value).split("\n\n");
    text = events.pop();
    for (const event of events.map(fields)) {
      if (event.event === "next") receive(JSON.parse(event.data));
      if (event.event === "complete") return;
    }
  }
}

function fields(event) {
  return Object.fromEntries(event.split("\n").map((line) => [line.split(":", 1)[0], line.slice(line.indexOf(":") + 1).trim()]));
}

/** Requests that follow the addresses of the answers. The server holds each until an event passes or its time is up. */
async function http({ url, signal, isOnly, request, cursor, alive, receive, moved, rests }) {
  let next = address(new URL("/feed", url), { ...request, after: cursor });
  while (!signal.aborted) {
    const asked = performance.now();
    const response = await fetch(next, { headers: { Accept: "application/json" }, signal });
    if (!response.ok) return refuse(response, receive, isOnly);
    const answer = await response.json();
    if (typeof answer.cursor !== "string" || typeof answer.next !== "string") throw new Error("This is no answer of a feed");
    alive();
    answer.events.forEach(receive);
    if (signal.aborted) return;
    if (answer.events.length && answer.cursor === cursor) throw new Error("The cursor stands still");
    moved((cursor = answer.cursor));
    next = following(answer.next, next);
    rests();
    await pause(Math.max(retryAfter(response), delay(answer.events, performance.now() - asked)), signal);
  }
}

/** Spreads the next requests of all clients. What is answered at once and empty isn't asked for again within the second. */
function delay(events, took) {
  if (!events.length && took < 1_000) return 1_000 - took + 500 * Math.random();
  const latest = events.length ? Object.values(events[events.length - 1].data ?? {})[0] : null;
  return (SPREAD[latest?.news?.urgency] ?? SPREAD.ROUTINE) * Math.random();
}

function following(next, current) {
  const url = new URL(next, current);
  if (url.origin !== new URL(current).origin) throw new Error("The next address is of another origin");
  return url.href;
}

/** A document that is too long for an address gets through by another transport. */
async function refuse(response, receive, isOnly) {
  const { errors } = parse(await response.text().catch(() => ""));
  if (Array.isArray(errors) && (response.status !== 414 || isOnly)) receive({ errors });
  throw Object.assign(new Error(`Status ${response.status}`), { retryAfter: retryAfter(response) });
}

/** A proxy may answer with a page of its own. */
function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** In milliseconds, with jitter. A date counts from that of the answer: the clock here may be wrong. */
function retryAfter({ headers }) {
  const value = headers.get("retry-after");
  if (!value) return 0;
  const millis = /^\d+$/.test(value) ? 1_000 * value : Date.parse(value) - Date.parse(headers.get("date"));
  return Math.min(LONGEST_WAIT, Math.max(0, millis || 0) * (1 + Math.random() / 2));
}

function endpoint(url) {
  return new URL("/graphql", url);
}

/** In the order of the server's own addresses, so that caches keep one answer for all. */
function address(url, { query, documentId, variables, operationName, after }) {
  const parameters = {
    documentId,
    query,
    variables: variables && Object.keys(variables).length ? JSON.stringify(variables) : undefined,
    operationName,
    after: after ?? undefined,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : millis);
    signal.addEventListener("abort", done);
  });
}
