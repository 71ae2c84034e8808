/*
 * <utrop-news topics="kollektivtrafik" series="…" limit="5"></utrop-news>: the latest news of a newsroom, live, on a page
 * of any origin that the newsroom allows. Topics are slugs separated by commas. All attributes may be left out.
 */
"use strict";

(() => {
  const origin = new URL(document.currentScript.src).origin;

  const ITEMS = `query Widget($filter: NewsFilter, $first: Int!) {
    news(filter: $filter, first: $first) { feedCursor nodes { id sortKey slug title summary publishedAt urgency } }
  }`;

  const FOLLOW = `subscription FollowWidget($filter: NewsFilter, $after: String) {
    newsFeed(filter: $filter, after: $after, positions: true) {
      __typename cursor previousCursor
      ... on NewsPublished { news { id sortKey } }
      ... on NewsRevised { passesFilter news { id sortKey } }
      ... on NewsRetracted { newsId }
    }
  }`;

  const TEXTS = {
    sv: { label: "Nyheter", more: (n) => (n === 1 ? "1 ny" : `${n} nya`), none: "Inga nyheter.", lost: "Nyheterna går inte att hämta just nu.", breaking: "Just nu" },
    en: { label: "News", more: (n) => `${n} new`, none: "No news.", lost: "The news isn’t available right now.", breaking: "Breaking" },
  };

  const STYLE = `
    :host { display: block; font: inherit; color: inherit; }
    ul { list-style: none; margin: 0; padding: 0; }
    li { padding: .7em 0; border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
    li:first-child { border-top: 0; }
    a { color: inherit; font-weight: 600; text-underline-offset: .15em; }
    p { margin: .2em 0 0; }
    time { font-size: .875em; display: block; }
    button { font: inherit; padding: .4em 1em; min-height: 24px; }
    :focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
  `;

  class UtropNews extends HTMLElement {
    static observedAttributes = ["topics", "series", "limit"];

    #pending = new Set();
    #changes = new Map();
    #attempt = {};
    #failures = 0;
    #root = this.attachShadow({ mode: "open" });
    #section = document.createElement("section");
    #status = document.createElement("div");
    #list = document.createElement("ul");

    constructor() {
      super();
      const style = new CSSStyleSheet();
      style.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [style];
      this.#status.setAttribute("role", "status");
      this.#section.append(this.#status, this.#list);
      this.#root.append(this.#section);
    }

    connectedCallback() {
      this.#section.setAttribute("aria-label", this.#texts.label);
      this.#start();
    }

    disconnectedCallback() {
      this.#stop();
    }

    attributeChangedCallback() {
      if (this.isConnected) this.#start();
    }

    get #texts() {
      const language = this.closest("[lang]")?.lang ?? "sv";
      return language.startsWith("en") ? TEXTS.en : TEXTS.sv;
    }

    get #limit() {
      return Math.min(Math.max(parseInt(this.getAttribute("limit"), 10) || 5, 1), 50);
    }

    get #filter() {
      const topics = this.getAttribute("topics")?.split(",").map((topic) => topic.trim()).filter(Boolean);
      const series = this.getAttribute("series");
      return { ...(topics?.length && { topics: { anyOf: topics } }), ...(series && { series }) };
    }

    /** What is under way has no effect any more. */
    #stop() {
      this.#attempt = {};
      this.#changes = new Map();
      clearTimeout(this.timer);
      this.feed?.close();
      this.feed = undefined;
    }

    async #start() {
      this.#stop();
      const attempt = this.#attempt;
      const followed = (await this.#load()) && (await this.#follow());
      if (attempt !== this.#attempt) return;
      if (followed) this.#failures = 0;
      else this.#startLater();
    }

    /** With jitter: a failure mostly concerns all readers at once. */
    #startLater(least = Math.min(60_000, 5_000 * 2 ** this.#failures++)) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#start(), least * (1 + Math.random()));
    }

    /** Shows the latest items, and tells whether they could be read. What happens meanwhile may be missing there. */
    async #load() {
      const attempt = this.#attempt;
      const asked = [...this.#pending];
      const meanwhile = (this.#changes = new Map());
      const news = await this.#read();
      if (!news || attempt !== this.#attempt) return false;
      if (meanwhile !== this.#changes) return true;
      const nodes = news.nodes.filter(({ id }) => !meanwhile.get(id)?.retracted);
      this.cursor = news.feedCursor;
      [...asked, ...nodes.map(({ id }) => id)].forEach((id) => this.#pending.delete(id));
      this.#show(nodes);
      if (this.#pending.size) this.#announce();
      meanwhile.forEach(({ retracted }, id) => retracted || this.#change(id));
      return true;
    }

    /** The latest items and so many more, as new as the latest event at least; null if the newsroom can't tell. */
    async #read(more = 0) {
      try {
        const first = this.#limit + Math.min(more, 50);
        const variables = JSON.stringify({ filter: this.#filter, first });
        const parameters = new URLSearchParams({ query: ITEMS, variables, ...(this.feed?.cursor && { at: this.feed.cursor }) });
        const response = await fetch(`${origin}/graphql?${parameters}`, { headers: { Accept: "application/json" } });
        return (await response.json()).data.news;
      } catch {
        this.#status.textContent = this.#texts.lost;
        return null;
      }
    }

    /** Changes an item where it stands, and leaves the others as they are. Only the answer to its latest change counts. */
    async #change(id) {
      const change = {};
      this.#changes.set(id, change);
      if (!this.#shown(id)) return;
      const news = await this.#read(this.#pending.size);
      const isLatest = () => this.#changes.get(id) === change;
      if (!isLatest()) return;
      if (!news) {
        setTimeout(() => isLatest() && this.#change(id), 5_000 * (1 + Math.random()));
        return;
      }
      const now = news.nodes.find((one) => one.id === id);
      if (now) this.#shown(id)?.replaceWith(this.#item(now));
      else this.#shown(id)?.remove();
      if (this.#status.textContent === this.#texts.lost) this.#announce();
    }

    #retract(id) {
      this.#changes.set(id, { retracted: true });
      this.#shown(id)?.remove();
    }

    #shown(id) {
      return this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    }

    /** Whether the item is among the latest. */
    #belongs({ sortKey }) {
      const last = this.#list.lastElementChild;
      return this.#list.children.length < this.#limit || sortKey > last.dataset.key;
    }

    #show(nodes) {
      this.#status.textContent = nodes.length ? "" : this.#texts.none;
      this.#list.replaceChildren(...nodes.map((news) => this.#item(news)));
    }

    #item({ id, sortKey, slug, title, summary, publishedAt, urgency }) {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: `${origin}/news/${encodeURIComponent(slug)}`, textContent: title });
      const time = Object.assign(document.createElement("time"), { dateTime: publishedAt });
      time.textContent = new Date(publishedAt).toLocaleDateString(this.closest("[lang]")?.lang || "sv", { dateStyle: "long" });
      item.dataset.id = id;
      item.dataset.key = sortKey;
      if (urgency === "BREAKING") item.append(`${this.#texts.breaking}: `);
      item.append(link, Object.assign(document.createElement("p"), { textContent: summary }), time);
      return item;
    }

    /** Follows the feed from the position that the list shows, and tells whether the page could load what follows it. */
    async #follow() {
      const attempt = this.#attempt;
      const client = await import(`${origin}/feed.js`).catch(() => null);
      if (!client || attempt !== this.#attempt) return false;
      this.feed = client.followFeed({
        url: origin,
        query: FOLLOW,
        variables: { filter: this.#filter },
        after: this.cursor,
        transports: ["event-stream", "http"],
        onEvent: (event) => this.#receive(event),
        onInvalid: () => this.#startLater(),
        onError: () => this.#startLater(30_000),
      });
      return true;
    }

    #receive(event) {
      if (event.__typename === "NewsPublished") {
        this.#changes.delete(event.news.id);
        this.#find(event);
      } else if (event.__typename === "NewsRevised") {
        this.#find(event);
        this.#change(event.news.id);
      } else if (event.__typename === "NewsRetracted") {
        if (this.#pending.delete(event.newsId)) this.#announce();
        this.#retract(event.newsId);
      }
    }

    /** Announces an item that isn't shown, if it belongs to the list now. */
    #find({ news, passesFilter }) {
      if (this.#shown(news.id)) return;
      if (passesFilter !== false && this.#belongs(news)) this.#pending.add(news.id);
      else if (!this.#pending.delete(news.id)) return;
      this.#announce();
    }

    #announce() {
      this.#status.replaceChildren();
      if (!this.#pending.size) return;
      const button = Object.assign(document.createElement("button"), { textContent: this.#texts.more(this.#pending.size) });
      button.addEventListener("click", async () => {
        const attempt = this.#attempt;
        if (await this.#load()) this.#list.querySelector("a")?.focus();
        else if (attempt === this.#attempt) this.#startLater();
      });
      this.#status.append(button);
    }
  }

  // A page may have the script twice.
  if (!customElements.get("utrop-news")) customElements.define("utrop-news", UtropNews);
})();
