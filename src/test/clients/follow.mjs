// Follows the feed by graphql-ws or graphql-sse, and prints the slug of each news item that is published.
import * as sse from "graphql-sse";
import * as ws from "graphql-ws-5";
import WebSocket from "ws";

const [transport, port] = process.argv.slice(2);

let cursor = null;

const request = {
  query: `subscription($after: String) {
    newsFeed(after: $after) { cursor previousCursor ... on NewsPublished { news { slug } } }
  }`,
  // Read anew for each connection: so a client that reconnects goes on from where it was.
  variables: {
    get after() {
      return cursor;
    },
  },
};

const retries = { retryAttempts: Infinity, retry: () => new Promise((resolve) => setTimeout(resolve, 300)) };

const client =
  transport === "graphql-ws"
    ? ws.createClient({
        url: `ws://127.0.0.1:${port}/graphql`,
        webSocketImpl: WebSocket,
        lazy: false,
        retryAttempts: Infinity,
        retryWait: retries.retry,
        shouldRetry: () => true,
        on: { connected: (socket, payload, retrying) => console.log(retrying ? "reconnected" : "connected") },
      })
    : sse.createClient({ url: `http://127.0.0.1:${port}/graphql`, ...retries });

client.subscribe(request, {
  next({ data, errors }) {
    if (errors) {
      console.log(JSON.stringify(errors));
      return;
    }
    const event = data.newsFeed;
    console.log(cursor === null || cursor === event.previousCursor ? event.news.slug : `gap before ${event.news.slug}`);
    cursor = event.cursor;
  },
  error: (error) => console.log("error", error),
  complete: () => console.log("complete"),
});
