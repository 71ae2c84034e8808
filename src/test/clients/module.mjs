// Follows a scripted network by the server's module, while time passes at once. Prints what differs from what is expected.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const QUERY = "subscription { newsFeed { __typename cursor previousCursor ... on NewsPublished { news { slug urgency } } } }";

let now = 0;
let wallClock = 1_764_500_000_000;
let timers = [];
let page;

globalThis.setTimeout = (action, millis = 0) => {
  const timer = { at: now + millis, action };
  timers.push(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => (timers = timers.filter((one) => one !== timer));
globalThis.setInterval = () => null;
globalThis.clearInterval = () => {};
globalThis.addEventListener = (...listener) => page.addEventListener(...listener);
globalThis.reportError = (failure) => reported.push(failure.message);
Object.defineProperty(globalThis, "performance", { value: { now: () => now } });
Date.now = () => wallClock + now;

const { followFeed } = await import(`data:text/javascript,${encodeURIComponent(await readFile(process.argv[2], "utf8"))}`);

/** Lets all that is not waiting for a timer happen. */
async function settle() {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(millis) {
  const end = now + millis;
  await settle();
  for (;;) {
    timers.sort((one, other) => one.at - other.at);
    if (!timers.length || timers[0].at > end) break;
    const timer = timers.shift();
    now = Math.max(now, timer.at);
    timer.action();
    await settle();
  }
  now = end;
}

let requests, told, reported, script, sockets;

/** Follows from the cursor c0. Each request gets the next answer of the script; when there is none left, it is held. */
function follow(answers, options = {}) {
  timers = [];
  page = new EventTarget();
  script = answers;
  [requests, told, reported, sockets] = [[], [], [], []];
  globalThis.fetch = (address, { signal, headers }) => {
    const url = new URL(address);
    requests.push({ address, at: now, path: url.pathname, after: url.searchParams.get("after"), live: url.searchParams.get("live") });
    const accepted = headers.Accept;
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      if (script.length) Promise.resolve(script.shift()).then((answer) => (typeof answer === "function" ? answer(accepted) : answer)).then(resolve, reject);
    });
  };
  globalThis.WebSocket = class extends EventTarget {
    static OPEN = 1;
    constructor(address) {
      super();
      sockets.push({ address, at: now });
      setTimeout(() => this.dispatchEvent(new Event("error")), 10);
    }
    close() {}
  };
  return followFeed({
    url: "http://news.example",
    query: QUERY,
    after: "c0",
    transports: ["http"],
    onEvent: ({ news }) => told.push(news.slug),
    onGap: ({ cursor, previousCursor }) => told.push(`gap from ${cursor} to ${previousCursor}`),
    onInvalid: (cursor) => told.push(`invalid, now ${cursor}`),
    onError: ([{ extensions }]) => told.push(extensions.code),
    ...options,
  });
}

/** The events from one number to another, each with the slug e and its number. */
function events(from, to, urgency = "ROUTINE") {
  return Array.from({ length: to - from }, (_, i) => ({
    data: { newsFeed: { __typename: "NewsPublished", cursor: `c${from + i + 1}`, previousCursor: `c${from + i}`, news: { slug: `e${from + i + 1}`, urgency } } },
  }));
}

const json = (body, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const answer = (list, cursor, live, headers) => json({ events: list, cursor, next: `/feed?after=${cursor}&live=${live}` }, 200, headers);
const html = (status, headers) => new Response("<html><title>Proxy</title></html>", { status, headers: { "content-type": "text/html", ...headers } });
const fail = () => Promise.reject(new TypeError("Failed to fetch"));
const truncated = () =>
  new Response(
    new ReadableStream({
      start(body) {
        body.enqueue(new TextEncoder().encode('{"events":[{"data":{"newsFeed":'));
      },
      pull(body) {
        body.error(new TypeError("terminated"));
      },
    }),
  );
const waited = (i) => requests[i].at - requests[i - 1].at;

const cases = {
  async followsTheAddressOfEachAnswer() {
    follow([answer(events(0, 1), "c1", 100), answer(events(1, 3), "c3", 101)]);
    await pass(5 * SECOND);
    assert.deepEqual(told, ["e1", "e2", "e3"]);
    assert.deepEqual(requests.map(({ after, live }) => `${after} ${live}`), ["c0 null", "c1 100", "c3 101"]);
    assert.ok(waited(1) <= 500 && waited(2) <= 500);
  },

  async asksSoonerAfterBreakingNews() {
    follow([answer(events(0, 1, "BREAKING"), "c1", 100)]);
    await pass(SECOND);
    assert.ok(waited(1) <= 100);
  },

  async anEmptyAnswerAtOnceIsNotAskedForAgainWithinTheSecond() {
    follow([answer([], "c0", 100), answer([], "c0", 101)]);
    await pass(10 * SECOND);
    assert.ok(waited(1) >= SECOND && waited(1) <= 1.5 * SECOND && waited(2) >= SECOND);
  },

  async waitsWhereTheNodeHasNoPlace() {
    follow([answer([], "c0", 100, { "retry-after": "5" })]);
    await pass(20 * SECOND);
    assert.ok(waited(1) >= 5 * SECOND && waited(1) <= 7.5 * SECOND);
  },

  async aClockThatJumpsChangesNothing() {
    for (const jump of [-HOUR, HOUR]) {
      follow([() => ((wallClock += jump), answer([], "c0", 100)), answer(events(0, 1), "c1", 101)]);
      await pass(5 * SECOND);
      assert.deepEqual(told, ["e1"]);
    }
  },

  async aTabThatSleptGoesOnFromItsCursor() {
    follow([answer(events(0, 1), "c1", 100), new Promise(() => {}), answer(events(1, 4), "c4", 200)]);
    await pass(5 * SECOND);
    now += HOUR;
    await pass(5 * SECOND);
    assert.deepEqual(told, ["e1", "e2", "e3", "e4"]);
    assert.deepEqual([requests[2].after, requests[2].live], ["c1", null]);
  },

  async whatIsNoAnswerOfTheFeedIsAFailure() {
    const broken = [fail, () => html(502), () => html(200), () => html(410), truncated, () => json({}), () => json({ events: [] }), () => json(null)];
    for (const one of broken) {
      follow([answer(events(0, 1), "c1", 100), one, answer(events(1, 2), "c2", 200)]);
      await pass(10 * SECOND);
      assert.deepEqual(told, ["e1", "e2"], String(one));
      assert.deepEqual([requests[2].after, requests[2].live], ["c1", null], String(one));
      assert.ok(waited(2) >= 0.5 * SECOND, String(one));
    }
  },

  async failuresThatFollowEachOtherAreSpreadMoreAndMore() {
    follow(Array(8).fill(fail));
    await pass(10 * 60 * SECOND);
    assert.ok(waited(3) >= 4 * SECOND && waited(3) <= 8 * SECOND);
    assert.ok(waited(7) >= 15 * SECOND && waited(7) <= 30 * SECOND);
  },

  async waitsAsLongAsTheServerSays() {
    const date = new Date(0).toUTCString();
    const later = new Date(120 * SECOND).toUTCString();
    const limited = json({ errors: [{ message: "Later", extensions: { code: "RATE_LIMITED" } }] }, 429, { "retry-after": "120" });
    for (const refusal of [limited, html(503, { "retry-after": "120" }), html(503, { "retry-after": later, date })]) {
      follow([refusal, answer(events(0, 1), "c1", 100)]);
      await pass(60 * SECOND);
      page.dispatchEvent(new Event("online"));
      await pass(59 * SECOND);
      assert.equal(requests.length, 1);
      await pass(62 * SECOND);
      assert.deepEqual(told, ["e1"]);
    }
  },

  async aCursorThatIsNotKnownEndsIt() {
    const invalid = { errors: [{ message: "Gone", extensions: { code: "CURSOR_INVALID", feedCursor: "c9" } }] };
    const feed = follow([json(invalid, 410)]);
    await pass(HOUR);
    assert.deepEqual(told, ["invalid, now c9"]);
    assert.ok(feed.closed);
    assert.equal(requests.length, 1);
  },

  async anErrorThatDoesNotPassEndsIt() {
    follow([json({ errors: [{ message: "No", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] }, 400)]);
    await pass(HOUR);
    assert.deepEqual(told, ["GRAPHQL_VALIDATION_FAILED"]);
  },

  async aDocumentTooLongForAnAddressEndsItOnlyWhereNothingElseIsLeft() {
    for (const transports of [["websocket", "http"], ["http"]]) {
      const feed = follow([json({ errors: [{ message: "Too long", extensions: { code: "BAD_USER_INPUT" } }] }, 414)], { transports });
      await pass(20 * SECOND);
      assert.equal(feed.closed, transports.length === 1);
      assert.deepEqual(told, feed.closed ? ["BAD_USER_INPUT"] : []);
      feed.close();
    }
  },

  async anEventThatCannotBeRenderedIsPassedAndTold() {
    const internal = { errors: [{ message: "Bad", extensions: { code: "INTERNAL", feedCursor: "c1" } }] };
    follow([json(internal, 500), answer(events(1, 2), "c2", 100)]);
    await pass(10 * SECOND);
    assert.deepEqual(told, ["gap from c0 to c1", "e2"]);
  },

  async aGapIsRepairedAndARepeatIsDropped() {
    const feed = follow([answer(events(0, 1), "c1", 100), answer(events(2, 3), "c3", 101), answer(events(0, 3), "c3", 102)]);
    await pass(10 * SECOND);
    assert.deepEqual(told, ["e1", "gap from c1 to c2", "e2", "e3"]);
    assert.deepEqual([requests[2].after, requests[2].live], ["c1", null]);
    assert.deepEqual([feed.gaps, feed.repeats], [1, 1]);
  },

  async aPageThatFailsOverAnEventMissesNone() {
    const seen = [];
    const onEvent = ({ news }) => {
      seen.push(news.slug);
      throw new Error(`The page fails over ${news.slug}`);
    };
    follow([answer(events(0, 2), "c2", 100)], { onEvent });
    await pass(5 * SECOND);
    assert.deepEqual(seen, ["e1", "e2"]);
    assert.deepEqual(reported, ["The page fails over e1", "The page fails over e2"]);
    assert.equal(requests[1].live, "100");
  },

  async aNetworkThatComesBackIsUsedAtOnce() {
    follow([...Array(7).fill(fail), answer(events(0, 1), "c1", 100)]);
    while (requests.length < 7) await pass(SECOND);
    page.dispatchEvent(new Event("online"));
    await pass(SECOND);
    assert.deepEqual(told, ["e1"]);
  },

  async aRequestOfALostNetworkIsGivenUp() {
    follow([answer([], "c0", 100), new Promise(() => {}), answer(events(0, 1), "c1", 200)]);
    await pass(5 * SECOND);
    page.dispatchEvent(new Event("online"));
    await pass(2 * SECOND);
    assert.deepEqual(told, ["e1"]);
  },

  async fallsBackFromSocketToStreamToRequests() {
    const stream = (accepted) => (assert.equal(accepted, "text/event-stream"), html(200));
    const feed = follow([stream, answer([], "c0", 100)], { transports: undefined });
    await pass(5 * SECOND);
    assert.equal(sockets[0].address, "ws://news.example/graphql");
    assert.deepEqual(requests.map(({ path }) => path), ["/graphql", "/feed", "/feed"]);
    assert.equal(feed.transport, "http");
    assert.equal(sockets.length, 1);
    feed.close();
  },

  async triesTheFirstTransportAgainAfterAMinuteOrTwo() {
    const held = () => new Promise((resolve) => setTimeout(() => resolve(answer([], "c0", now)), 14 * SECOND));
    const proxy = (accepted) => (accepted === "text/event-stream" ? html(200) : requests.at(-1).live ? held() : answer([], "c0", 1));
    const feed = follow(Array(30).fill(proxy), { transports: undefined });
    await pass(40 * SECOND);
    assert.equal(sockets.length, 1);
    await pass(110 * SECOND);
    assert.equal(sockets.length, 2);
    feed.close();
  },

  async aStreamThatEndsGivesWayToTheFirstTransport() {
    const body = () =>
      new ReadableStream({
        start(stream) {
          stream.enqueue(new TextEncoder().encode(":\n\n"));
          setTimeout(() => stream.close(), 30 * SECOND);
        },
      });
    const feed = follow(Array(30).fill(() => new Response(body(), { headers: { "content-type": "text/event-stream" } })), { transports: undefined });
    await pass(50 * SECOND);
    assert.equal(sockets.length, 1);
    await pass(120 * SECOND);
    assert.equal(sockets.length, 2);
    feed.close();
  },

  async whatIsClosedAsItIsInterruptedWaitsForNothing() {
    const feed = follow([answer([], "c0", 100), fail], { onState: ({ connected }) => connected || feed.close() });
    while (!feed.closed) await pass(10);
    assert.deepEqual(timers, []);
  },

  async aStreamTellsWhereItBegins() {
    const stream = (text, cursor) => () => new Response(text, { headers: { "content-type": "text/event-stream", "feed-cursor": cursor } });
    follow([stream(":\n\n", "c7"), stream(`event: next\ndata: ${JSON.stringify(events(7, 8)[0])}\n\nevent: next\ndata: {"da`, "c7")], {
      transports: ["event-stream"],
      after: null,
    });
    await pass(8 * SECOND);
    assert.deepEqual(told, ["e8"]);
    assert.match(requests[1].address, /variables=%7B%22after%22%3A%22c7%22%7D/);
    assert.match(requests[2].address, /variables=%7B%22after%22%3A%22c8%22%7D/);
  },
};

for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
  } catch (failure) {
    console.log(`${name}: ${failure.stack}`);
    process.exitCode = 1;
  }
}
console.log(`${Object.keys(cases).length} cases`);
process.exit();
