// Only relay-compiler reads this; relay.mjs uses what it makes.
import { graphql } from "relay-runtime";

graphql`
  query NewsListQuery($count: Int!, $cursor: String) {
    ...News_list @arguments(count: $count, cursor: $cursor)
  }
`;

graphql`
  fragment News_list on Query
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" })
  @refetchable(queryName: "NewsListPaginationQuery") {
    news(first: $count, after: $cursor) @connection(key: "News_news", filters: []) {
      __id
      feedCursor
      totalCount
      edges {
        node {
          id
          ...News_item
        }
      }
    }
  }
`;

graphql`
  fragment News_item on News @refetchable(queryName: "NewsItemRefetchQuery") {
    slug
    title
    topics {
      name
    }
  }
`;

graphql`
  subscription NewsFeedSubscription($after: String, $connections: [ID!]!) {
    newsFeed(after: $after, positions: true) {
      __typename
      cursor
      previousCursor
      ... on NewsPublished {
        news @prependNode(connections: $connections, edgeTypeName: "NewsEdge") {
          id
          slug
          ...News_item
        }
      }
      ... on NewsRetracted {
        newsId @deleteEdge(connections: $connections)
      }
    }
  }
`;

graphql`
  mutation NewsPublishMutation($input: PublishNewsInput!, $connections: [ID!]!) {
    publishNews(input: $input) {
      news @prependNode(connections: $connections, edgeTypeName: "NewsEdge") {
        id
        slug
      }
      userErrors {
        message
      }
    }
  }
`;
