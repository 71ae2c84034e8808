import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import * as sse from "graphql-sse";
import * as ws from "graphql-ws";
import * as wsBefore from "graphql-ws-5";
import WebSocket from "ws";
import { authorization, FEED, manuscript, socketUrl, tellsOfTwo, url } from "./newsroom.mjs";
import { assert, check } from "./table.mjs";

const observer = (tell) => ({
  next: ({ data, errors }) => tell(data?.newsFeed ?? errors),
  error: tell,
  complete: () => tell("complete"),
});

const single = (client, request) =>
  new Promise((resolve, reject) => client.subscribe(request, { next: resolve, error: reject, complete() {} }));

await check("graphql-ws", "subscription by `iterate`", async () => {
  const client = ws.createClient({ url: socketUrl, webSocketImpl: WebSocket });
  const events = client.iterate({ query: FEED });
  await tellsOfTwo((tell) => {
    (async () => {
      for await (const { data, errors } of events) tell(data?.newsFeed ?? errors);
    })();
    return () => events.return();
  });
  await client.dispose();
});

for (const [name, { createClient }] of [["graphql-ws", ws], ["graphql-ws-5", wsBefore]]) {
  await check(name, "query and mutation", async () => {
    const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization } });
    const answer = await single(client, { query: "{ news(first: 2) { nodes { id } } }" });
    assert.equal(answer.data.news.nodes.length, 2);
    const changed = await single(client, {
      query: "mutation($input: PublishNewsInput!) { publishNews(input: $input) { news { slug } } }",
      variables: { input: manuscript() },
    });
    assert.ok(changed.data.publishNews.news.slug);
    await client.dispose();
  });

  await check(name, "subscription, with pings in between", async () => {
    const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, keepAlive: 500 });
    await tellsOfTwo((tell) => client.subscribe({ query: FEED }, observer(tell)));
    await client.dispose();
  });
}

await check("graphql-sse", "query", async () => {
  const answer = await single(sse.createClient({ url }), { query: "{ news(first: 2) { nodes { id } } }" });
  assert.equal(answer.data.news.nodes.length, 2);
});

await check("graphql-sse", "subscription, in distinct connections", () =>
  tellsOfTwo((tell) => sse.createClient({ url }).subscribe({ query: FEED }, observer(tell))),
);

await check("eventsource", "subscription by GET", () =>
  tellsOfTwo((tell) => {
    const source = new EventSource(`${url}?${new URLSearchParams({ query: FEED })}`);
    source.addEventListener("next", ({ data }) => tell(JSON.parse(data).data.newsFeed));
    source.addEventListener("message", ({ data }) => tell(`message ${data}`));
    source.addEventListener("error", ({ message }) => tell(`error ${message}`));
    return () => source.close();
  }),
);

const HELD = new Response("id: x\ndata: {}\n\n", { headers: { "content-type": "text/event-stream" } });

await check("eventsource", "a cursor that is refused is sent once", async () => {
  const sent = [];
  const fetching = (address, options) => {
    sent.push(options.headers["Last-Event-ID"]);
    return sent.length === 1 ? Promise.resolve(HELD) : fetch(address, options);
  };
  const source = new EventSource(`${url}?${new URLSearchParams({ query: FEED })}`, { fetch: fetching });
  const codes = [];
  await new Promise((resolve) =>
    source.addEventListener("next", ({ data }) => {
      const { errors } = JSON.parse(data);
      if (errors) codes.push(errors[0].extensions.code);
      else resolve();
    }),
  );
  source.close();
  assert.deepEqual(sent, [undefined, "x", undefined]);
  assert.deepEqual(codes, ["CURSOR_INVALID"]);
});

// It is written for browsers.
globalThis.window ??= globalThis;
globalThis.document ??= { hidden: false, addEventListener() {}, removeEventListener() {} };

await check("@microsoft/fetch-event-source", "subscription by POST", () =>
  tellsOfTwo((tell) => {
    const controller = new AbortController();
    fetchEventSource(url, {
      method: "POST",
      headers: { accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ query: FEED }),
      signal: controller.signal,
      openWhenHidden: true,
      onmessage: ({ event, data }) => tell(event === "next" ? JSON.parse(data).data.newsFeed : `${event} ${data}`),
      onerror: tell,
    });
    return () => controller.abort();
  }),
);
