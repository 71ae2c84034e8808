// Relay's runtime with the artifacts of relay-compiler. The text of a document is taken from persisted.json by its id.
import { readFileSync } from "node:fs";
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getRequest,
  getSelector,
  Network,
  RecordSource,
  requestSubscription,
  Store,
} from "relay-runtime";
import WebSocket from "ws";
import { authorization, manuscript, socketUrl, tellsOfTwo, url } from "./newsroom.mjs";
import { connect } from "./recipes/graphql-ws.mjs";
import { subscribeWith } from "./recipes/relay.mjs";
import { assert, check } from "./table.mjs";

const NAME = "relay-runtime";

const artifact = async (name) => (await import(`./relay/src/__generated__/${name}.graphql.js`)).default;

const persisted = JSON.parse(readFileSync("generated/persisted.json"));

const socket = connect(socketUrl, { webSocketImpl: WebSocket });

const follow = subscribeWith(socket);

async function post(body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** As automatic persisted queries: the document goes along only where the server doesn't know it. */
async function fetchFunction({ id }, variables) {
  const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
  const answer = await post({ extensions, variables });
  return answer.errors?.[0].extensions.code === "PERSISTED_QUERY_NOT_FOUND"
    ? post({ query: persisted[id], extensions, variables })
    : answer;
}

const environment = new Environment({
  network: Network.create(fetchFunction, ({ id, ...params }, variables) =>
    follow({ ...params, text: persisted[id] }, variables),
  ),
  store: new Store(new RecordSource(), { gcReleaseBufferSize: 1000 }),
});

const list = await artifact("NewsListQuery");

const connection = await artifact("News_list");

const operation = createOperationDescriptor(getRequest(list), { count: 50 });

environment.retain(operation);

/** The list as a component that uses the fragment sees it. */
function read() {
  const root = environment.lookup(operation.fragment).data;
  return environment.lookup(getSelector(connection, root)).data.news;
}

await check(NAME, "documents persisted by relay-compiler's ids (SHA-256)", async () => {
  await fetchQuery(environment, list, { count: 50 }).toPromise();
  assert.equal(read().edges.length, 50);
});

await check(NAME, "`@connection` page by page to the end", async () => {
  const next = await artifact("NewsListPaginationQuery");
  const pageInfo = () => environment.getStore().getSource().get(`${read().__id}:pageInfo`);
  while (pageInfo().hasNextPage) {
    await fetchQuery(environment, next, { count: 100, cursor: pageInfo().endCursor }).toPromise();
  }
  const ids = read().edges.map(({ node }) => node.id);
  assert.equal(ids.length, read().totalCount);
  assert.equal(new Set(ids).size, ids.length);
});

await check(NAME, "refetch of a fragment by `node(id)`", async () => {
  const { id } = read().edges[0].node;
  const { node } = await fetchQuery(environment, await artifact("NewsItemRefetchQuery"), { id }).toPromise();
  assert.ok(node);
});

await check(NAME, "mutation with `@prependNode`", async () => {
  const mutation = await artifact("NewsPublishMutation");
  const { publishNews } = await new Promise((resolve, reject) =>
    commitMutation(environment, {
      mutation,
      variables: { input: manuscript(), connections: [read().__id] },
      onCompleted: resolve,
      onError: reject,
    }),
  );
  assert.equal(read().edges[0].node.id, publishNews.news.id);
});

await check(NAME, "subscription that resumes, with `@prependNode`", async () => {
  const subscription = await artifact("NewsFeedSubscription");
  let first;
  await tellsOfTwo((tell) => {
    const { dispose } = requestSubscription(environment, {
      subscription,
      variables: { connections: [read().__id] },
      onNext: ({ newsFeed }) => {
        first = newsFeed.news?.id;
        tell(newsFeed);
      },
      onError: tell,
    });
    return dispose;
  });
  assert.equal(read().edges[0].node.id, first);
});

await socket.dispose();
