import { cacheExchange, Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, FEED, manuscript, socketUrl, tellsOfTwo, url } from "./newsroom.mjs";
import { connect } from "./recipes/graphql-ws.mjs";
import { feedExchange } from "./recipes/urql.mjs";
import { assert, check } from "./table.mjs";

const NAME = "@urql/core";

const types = [];

const remembering = async (address, options) => {
  const response = await fetch(address, options);
  types.push(response.headers.get("content-type").split(";")[0]);
  return response;
};

const clientOf = (options) =>
  new Client({ url, fetch: remembering, preferGetMethod: false, exchanges: [cacheExchange, fetchExchange], ...options });

const isJson = (type) => type === "application/json" || type === "application/graphql-response+json";

await check(NAME, "query, answered as JSON", async () => {
  const { data, error } = await clientOf()
    .query(gql`{ news(first: 5) { nodes { id slug topics { id name } } } }`, {})
    .toPromise();
  assert.equal(error, undefined);
  assert.equal(data.news.nodes.length, 5);
  assert.ok(isJson(types.at(-1)), types.at(-1));
});

await check(NAME, "query by GET", async () => {
  const { data, error } = await clientOf({ preferGetMethod: "within-url-limit" })
    .query(gql`query Few($filter: NewsFilter) { news(first: 2, filter: $filter) { nodes { id } } }`, {
      filter: { topics: { anyOf: ["kultur"] } },
    })
    .toPromise();
  assert.equal(error, undefined);
  assert.equal(data.news.nodes.length, 2);
});

await check(NAME, "mutation, answered as JSON", async () => {
  const { data, error } = await clientOf({ fetchOptions: { headers: { authorization } } })
    .mutation(
      gql`
        mutation Publish($input: PublishNewsInput!) {
          publishNews(input: $input) { news { id slug } userErrors { message } }
        }
      `,
      { input: manuscript() },
    )
    .toPromise();
  assert.equal(error, undefined);
  assert.ok(data.publishNews.news.slug);
  assert.ok(isJson(types.at(-1)), types.at(-1));
});

const tells = (client) => (tell) => {
  const { unsubscribe } = client.subscription(FEED, {}).subscribe(({ data, error }) => tell(data?.newsFeed ?? error));
  return unsubscribe;
};

await check(NAME, "subscription by `fetchSubscriptions` (event stream)", () =>
  tellsOfTwo(tells(clientOf({ fetchSubscriptions: true }))),
);

await check(NAME, "subscription by `subscriptionExchange` and graphql-ws", async () => {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket });
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
    }),
  });
  await tellsOfTwo(tells(clientOf({ exchanges: [exchange] })));
  await socket.dispose();
});

await check(NAME, "subscription by the exchange that resumes", async () => {
  const socket = connect(socketUrl, { webSocketImpl: WebSocket });
  await tellsOfTwo(tells(clientOf({ exchanges: [feedExchange(socket)] })));
  await socket.dispose();
});
