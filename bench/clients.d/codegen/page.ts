import { graphql } from "../generated/codegen/gql";
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";

const page = graphql(`
  query Page($filter: NewsFilter, $after: String) {
    news(filter: $filter, first: 20, after: $after) {
      nodes { slug title publishedAt topics { slug name } series { name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const feed = graphql(`
  subscription Feed($after: String) {
    newsFeed(after: $after, positions: true) {
      __typename
      cursor
      ... on NewsPublished { news { slug } }
      ... on NewsRetracted { newsId }
    }
  }
`);

export const variables: VariablesOf<typeof page> = { filter: { topics: { anyOf: ["kultur"] } } };

export const titles = ({ news }: ResultOf<typeof page>): string[] => news.nodes.map(({ title }) => title);

export function slug({ newsFeed }: ResultOf<typeof feed>): string | undefined {
  return newsFeed.__typename === "NewsPublished" ? newsFeed.news.slug : undefined;
}
