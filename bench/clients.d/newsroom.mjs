// The server that the clients are driven against, and an editor who publishes in it.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

export const url = `${process.env.BASE}/graphql`;

export const socketUrl = url.replace("http", "ws");

export const authorization = `Bearer ${process.env.TOKEN}`;

let published = 0;

export const manuscript = () => ({
  idempotencyKey: `clients-${process.pid}-${published}`,
  news: { title: `Klientprov ${published++}`, summary: "Kort.", topics: ["kultur"] },
});

/** Publishes a news item, and gives its slug. */
export async function publish() {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({
      query: "mutation($input: PublishNewsInput!) { publishNews(input: $input) { news { slug } userErrors { message } } }",
      variables: { input: manuscript() },
    }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  assert.deepEqual(data.publishNews.userErrors, []);
  return data.publishNews.news.slug;
}

export const FEED = `subscription Feed($after: String) {
  newsFeed(after: $after, positions: true) {
    __typename cursor previousCursor ... on NewsPublished { news { id slug title } }
  }
}`;

/**
 * Publishes twice once the subscription has told its position, with silence between, and compares what it tells. A
 * subscription is a function that takes what is to be told of each event, and gives back how to end it.
 */
export async function tellsOfTwo(subscribe) {
  const events = [];
  let wake = () => {};
  const unsubscribe = await subscribe((event) => {
    events.push(event);
    wake();
  });
  const slugs = () => events.filter((event) => event?.__typename !== "FeedPosition").map((event) => event?.news?.slug ?? event);
  const told = async (isTold) => {
    while (!isTold()) await new Promise((resolve) => (wake = resolve));
  };
  try {
    await told(() => events.length > 0);
    assert.equal(events[0]?.__typename, "FeedPosition", String(events[0]));
    const published = [await publish()];
    await told(() => slugs().length === 1);
    await pause(2000);
    published.push(await publish());
    await told(() => slugs().length === 2);
    assert.deepEqual(slugs(), published);
    events.slice(1).forEach((event, i) => assert.equal(event.previousCursor, events[i].cursor));
  } finally {
    await unsubscribe?.();
  }
}
