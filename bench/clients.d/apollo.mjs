import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, FEED, manuscript, socketUrl, tellsOfTwo, url } from "./newsroom.mjs";
import { feedLink } from "./recipes/apollo.mjs";
import { connect } from "./recipes/graphql-ws.mjs";
import { assert, check } from "./table.mjs";

const NAME = "@apollo/client";

const cache = () =>
  new InMemoryCache({
    possibleTypes: { NewsEvent: ["NewsPublished", "NewsRevised", "NewsRetracted", "TopicChanged", "FeedPosition"] },
    typePolicies: { Query: { fields: { news: relayStylePagination(["filter", "orderBy"]) } } },
  });

const clientOf = (link) => new ApolloClient({ link, cache: cache() });

const http = new HttpLink({ uri: url });

const PAGE = gql`
  query Page($first: Int!, $after: String) {
    news(first: $first, after: $after) {
      edges { cursor node { id slug title } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`;

await check(NAME, "query", async () => {
  const { data } = await clientOf(http).query({ query: PAGE, variables: { first: 5 } });
  assert.equal(data.news.edges.length, 5);
});

await check(NAME, "`relayStylePagination` to the end", async () => {
  const client = clientOf(http);
  await client.query({ query: PAGE, variables: { first: 50 } });
  const query = client.watchQuery({ query: PAGE, variables: { first: 50 } });
  const subscription = query.subscribe({});
  const page = () => client.readQuery({ query: PAGE, variables: { first: 50 } }).news;
  while (page().pageInfo.hasNextPage) {
    await query.fetchMore({ variables: { after: page().pageInfo.endCursor } });
  }
  subscription.unsubscribe();
  assert.equal(new Set(page().edges.map(({ node }) => node.id)).size, page().totalCount);
  assert.equal(page().edges.length, page().totalCount);
});

async function persisted(useGETForHashedQueries) {
  const sent = [];
  const fetching = async (address, options) => {
    const response = await fetch(address, options);
    sent.push(`${options.method} ${response.status}`);
    return response;
  };
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const query = gql(`query Persisted${useGETForHashedQueries}${Date.now()} { topics { id name } }`);
  for (let i = 0; i < 2; i++) {
    const { data } = await clientOf(
      new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(new HttpLink({ uri: url, fetch: fetching })),
    ).query({ query });
    assert.ok(data.topics.length > 0);
  }
  assert.equal(sent.length, 3, sent.join());
  assert.equal(sent[2], `${useGETForHashedQueries ? "GET" : "POST"} 200`);
}

await check(NAME, "automatic persisted queries by GET", () => persisted(true));
await check(NAME, "automatic persisted queries by POST", () => persisted(false));

await check(NAME, "`authorization: \"\"`, as its documentation has it without a token", async () => {
  const link = new SetContextLink(({ headers }) => ({ headers: { ...headers, authorization: "" } })).concat(http);
  const { data } = await clientOf(link).query({ query: PAGE, variables: { first: 1 } });
  assert.equal(data.news.edges.length, 1);
});

await check(NAME, "mutation, and the normalised item follows", async () => {
  const client = clientOf(
    new SetContextLink(({ headers }) => ({ headers: { ...headers, authorization } })).concat(http),
  );
  const { data } = await client.mutate({
    mutation: gql`
      mutation Publish($input: PublishNewsInput!) {
        publishNews(input: $input) { news { id title revision } userErrors { message } }
      }
    `,
    variables: { input: manuscript() },
  });
  const { id, revision } = data.publishNews.news;
  await client.mutate({
    mutation: gql`
      mutation Revise($input: ReviseNewsInput!) {
        reviseNews(input: $input) { news { id title revision } userErrors { message } }
      }
    `,
    variables: { input: { id, expectedRevision: revision, title: "Ändrad rubrik" } },
  });
  assert.equal(client.cache.extract()[`News:${id}`].title, "Ändrad rubrik");
});

const tells = (client) => (tell) => {
  const subscription = client
    .subscribe({ query: gql(FEED) })
    .subscribe({ next: ({ data, error }) => tell(data?.newsFeed ?? error), error: tell });
  return () => subscription.unsubscribe();
};

await check(NAME, "subscription by `GraphQLWsLink`", async () => {
  const socket = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: "" },
  });
  await tellsOfTwo(tells(clientOf(new GraphQLWsLink(socket))));
  await socket.dispose();
});

await check(NAME, "subscription by the link that resumes", async () => {
  const socket = connect(socketUrl, { webSocketImpl: WebSocket });
  await tellsOfTwo(tells(clientOf(feedLink(socket, ApolloLink.empty()))));
  await socket.dispose();
});
