// Follows the feed by all recipes side by side. Prints the name of the recipe, and the slug of the news item or "position".
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Client } from "@urql/core";
import { EventSource } from "eventsource";
import { Environment, Network, RecordSource, Store } from "relay-runtime";
import WebSocket from "ws";
import { feedLink } from "./recipes/apollo.mjs";
import * as eventSource from "./recipes/event-source.mjs";
import * as sse from "./recipes/graphql-sse.mjs";
import * as ws from "./recipes/graphql-ws.mjs";
import { subscribeWith } from "./recipes/relay.mjs";
import { subscribe } from "./recipes/resume.mjs";
import { feedExchange } from "./recipes/urql.mjs";

// Browsers have these; of Node.js only later versions have.
globalThis.EventSource ??= EventSource;
globalThis.WebSocket ??= WebSocket;

const url = `http://127.0.0.1:${process.argv[2]}/graphql`;

const connect = () => ws.connect(url.replace("http", "ws"));

const query = `subscription Feed($after: String) {
  newsFeed(after: $after, positions: true) { cursor previousCursor ... on NewsPublished { news { id slug } } }
}`;

/** Prints what comes. */
function sink(name) {
  let cursor;
  return {
    next({ data, error, errors }) {
      const event = data?.newsFeed;
      if (!event) {
        console.log(name, JSON.stringify(errors ?? error));
        return;
      }
      if (cursor !== undefined && cursor !== event.previousCursor) console.log(name, "gap");
      cursor = event.cursor;
      console.log(name, event.news?.slug ?? "position");
    },
    error: (error) => console.log(name, "error", error),
    complete: () => console.log(name, "complete"),
  };
}

new ApolloClient({ link: feedLink(connect(), new HttpLink({ uri: url })), cache: new InMemoryCache() })
  .subscribe({ query: gql(query) })
  .subscribe(sink("apollo"));

new Client({ url, exchanges: [feedExchange(connect())] }).subscription(query, {}).subscribe(sink("urql").next);

new Environment({ network: Network.create(() => {}, subscribeWith(connect())), store: new Store(new RecordSource()) })
  .getNetwork()
  .execute({ name: "Feed", operationKind: "subscription", text: query, id: null, metadata: {} }, {}, {})
  .subscribe(sink("relay"));

subscribe(connect(), { query }, sink("graphql-ws"));
subscribe(sse.connect(url), { query }, sink("graphql-sse"));
eventSource.subscribe(url, query, sink("event-source"));

/** The server's own module, by one transport. */
function follow(transport, { followFeed }) {
  const name = `module-${transport}`;
  let connected = false;
  const tell = (state) => !connected && state.connected && (connected = true) && console.log(name, "position");
  followFeed({
    url,
    query: query.replace("cursor", "__typename cursor"),
    transports: [transport],
    onEvent: ({ news }) => console.log(name, news.slug),
    onState: tell,
    onGap: (gap) => console.log(name, "gap", JSON.stringify(gap)),
    onInvalid: () => console.log(name, "invalid"),
    onError: (errors) => console.log(name, JSON.stringify(errors)),
  });
}

const source = await (await fetch(new URL("/feed.js", url))).text();
const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
module.TRANSPORTS.forEach((transport) => follow(transport, module));
