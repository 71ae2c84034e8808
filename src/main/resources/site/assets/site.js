/*
 * Keeps a page of news live. It follows the feed from the position that the page shows, by server-sent events. It
 * announces new items and inserts them when the reader asks. Revised and retracted items change where they stand.
 * Without this script the page works too, but doesn't change.
 */
"use strict";

(() => {
  const main = document.querySelector("main[data-cursor]");
  if (!main || !window.EventSource) return;

  const live = document.getElementById("live");
  const lost = document.getElementById("lost");
  const urgent = document.getElementById("alert");
  const title = document.title;
  const pending = new Set();
  const changed = new Map();
  let { cursor } = main.dataset;
  let heardAt = new Date();
  let source, retry, notice, refresh;

  /** Opens the stream. The browser resumes it after an interruption; when it gives up, another one is opened. */
  function open() {
    clearTimeout(retry);
    const variables = JSON.stringify({ after: cursor, filter: JSON.parse(main.dataset.filter) });
    source = new EventSource(`/graphql?${new URLSearchParams({ query: main.dataset.query, variables })}`);
    source.addEventListener("next", ({ data }) => receive(JSON.parse(data)));
    source.addEventListener("complete", () => { source.close(); again(); });
    source.addEventListener("error", () => {
      notice ??= setTimeout(() => say(lost.dataset.lost.replace("{0}", time(heardAt))), 3000);
      if (source.readyState === EventSource.CLOSED) again();
    });
  }

  function again() {
    clearTimeout(retry);
    if (retry !== null) retry = setTimeout(open, 1000 + 2000 * Math.random());
  }

  function receive({ data, errors }) {
    if (errors?.some(({ extensions }) => extensions?.code === "CURSOR_INVALID")) return outdated();
    const event = data?.newsFeed;
    if (!event) return;
    cursor = event.cursor;
    heardAt = new Date();
    clearTimeout(notice);
    notice = undefined;
    say("");
    apply(event);
  }

  function apply(event) {
    const { news } = event;
    if (event.__typename === "NewsRetracted") {
      if (pending.delete(event.newsId)) announce();
      change(event.newsId, [live.dataset.retracted, event.reason].filter(Boolean).join(" "));
    } else if (news && shown(news.id)) {
      change(news.id, live.dataset.left);
    } else if (news && event.passesFilter !== false && belongs(news)) {
      pending.add(news.id);
      if (news.urgency === "BREAKING" && event.__typename === "NewsPublished") alarm(news);
      announce();
    } else if (news && pending.delete(news.id)) {
      announce();
    }
  }

  function shown(id) {
    return document.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** Whether the item has its place on the first page of the list, and not on a later one. */
  function belongs({ sortKey }) {
    const last = main.querySelector(".teaser:last-child");
    return !last || !main.querySelector("a[rel=next]") || sortKey > last.dataset.key;
  }

  function announce() {
    document.title = pending.size ? `(${pending.size}) ${title}` : title;
    live.replaceChildren();
    if (!pending.size) return;
    const button = document.createElement("button");
    button.textContent = pending.size === 1 ? live.dataset.one : live.dataset.many.replace("{0}", pending.size);
    button.addEventListener("click", show);
    live.append(button);
  }

  function alarm({ slug, title: headline }) {
    const link = document.createElement("a");
    link.href = `/news/${encodeURIComponent(slug)}`;
    link.textContent = `${live.dataset.breaking}: ${headline}`;
    urgent.replaceChildren(link);
  }

  /** Shows the new items: the page as the server has it now, with the same reader at the first new item. */
  async function show() {
    if (main.dataset.first) return location.assign(main.dataset.first);
    const page = await current();
    if (!page) return;
    for (const region of document.querySelectorAll("[data-region]")) {
      const replacement = page.getElementById(region.id);
      if (replacement) region.replaceWith(replacement);
    }
    const items = [...pending].map(shown).filter(Boolean);
    pending.clear();
    urgent.replaceChildren();
    announce();
    live.textContent = live.dataset.shown;
    items.forEach((item) => item.classList.add("fresh"));
    const first = main.querySelector(".fresh a");
    first?.focus();
  }

  /** Events of one moment share a request. The delay differs, so that not all readers ask at once. */
  function change(id, otherwise) {
    if (!shown(id)) return;
    changed.set(id, otherwise);
    refresh ??= setTimeout(replace, 400 * Math.random());
  }

  async function replace() {
    refresh = undefined;
    const page = await current();
    if (!page) return;
    for (const [id, otherwise] of changed) {
      const before = shown(id);
      const after = page.querySelector(`[data-id="${CSS.escape(id)}"]`) ?? (before?.matches("main > *") && page.querySelector("main > article"));
      if (after) {
        after.classList.add("fresh");
        before?.replaceWith(after);
      } else {
        before?.classList.add("gone");
        before?.replaceChildren(Object.assign(document.createElement("p"), { textContent: otherwise }));
      }
    }
    changed.clear();
    for (const region of document.querySelectorAll("[data-refresh]")) {
      const replacement = page.getElementById(region.id);
      if (replacement) region.replaceWith(replacement);
    }
  }

  /** The page as it is now; null if the server can't tell. */
  async function current() {
    try {
      const response = await fetch(location.href, { headers: { "Accept": "text/html", "Feed-Cursor-At-Least": cursor } });
      if (!response.ok && response.status !== 410) throw response.status;
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      say(lost.dataset.lost.replace("{0}", time(heardAt)));
      return null;
    }
  }

  /** The server no longer knows the position, for example after a restore from a backup. */
  function outdated() {
    source.close();
    retry = null;
    const button = document.createElement("button");
    button.textContent = lost.dataset.reload;
    button.addEventListener("click", () => location.reload());
    lost.replaceChildren(lost.dataset.outdated, " ", button);
  }

  function say(text) {
    if (lost.textContent !== text && retry !== null) lost.textContent = text;
  }

  function time(date) {
    return date.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  }

  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", ({ persisted }) => persisted && open());
  open();
})();
