import { QueryClient } from "@tanstack/query-core";
import axios from "axios";
import { gql, GraphQLClient, request } from "graphql-request";
import { authorization, manuscript, url } from "./newsroom.mjs";
import { assert, check } from "./table.mjs";

const PAGE = gql`
  query Page($after: String) {
    news(first: 50, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } totalCount }
  }
`;

await check("graphql-request", "query", async () => {
  const { news } = await request(url, PAGE);
  assert.equal(news.nodes.length, 50);
});

await check("graphql-request", "query by GET", async () => {
  const client = new GraphQLClient(url, { method: "GET", jsonSerializer: JSON });
  const { news } = await client.request(PAGE);
  assert.equal(news.nodes.length, 50);
});

await check("graphql-request", "mutation", async () => {
  const client = new GraphQLClient(url, { headers: { authorization } });
  const { publishNews } = await client.request(
    gql`mutation($input: PublishNewsInput!) { publishNews(input: $input) { news { slug } } }`,
    { input: manuscript() },
  );
  assert.ok(publishNews.news.slug);
});

await check("@tanstack/query-core", "`fetchInfiniteQuery` to the end, by graphql-request", async () => {
  const { pages } = await new QueryClient().fetchInfiniteQuery({
    queryKey: ["news"],
    queryFn: ({ pageParam }) => request(url, PAGE, { after: pageParam }),
    initialPageParam: null,
    getNextPageParam: ({ news }) => (news.pageInfo.hasNextPage ? news.pageInfo.endCursor : undefined),
    pages: 1000,
  });
  const ids = pages.flatMap(({ news }) => news.nodes.map(({ id }) => id));
  assert.equal(ids.length, pages[0].news.totalCount);
  assert.equal(new Set(ids).size, ids.length);
});

const LISTED = "query($topics: [String!]) { news(first: 2, filter: { topics: { anyOf: $topics } }) { nodes { id } } }";

await check("axios", "GET with a list in the variables and in the document: raw brackets", async () => {
  const { data } = await axios.get(url, { params: { query: LISTED, variables: JSON.stringify({ topics: ["kultur"] }) } });
  assert.equal(data.errors, undefined);
  assert.equal(data.data.news.nodes.length, 2);
});

await check("axios", "POST", async () => {
  const { data } = await axios.post(url, { query: LISTED, variables: { topics: ["kultur"] } });
  assert.equal(data.data.news.nodes.length, 2);
});
