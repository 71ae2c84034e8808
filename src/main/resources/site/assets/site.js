/*
 * Keeps a page of news live. It follows the feed from the position that the page shows, by an event stream or, where that
 * doesn't get through, by plain requests. It announces new items and inserts them when the reader asks. Revised and
 * retracted items change where they stand. Without this script the page works too, but doesn't change.
 */
"use strict";

(async () => {
  const main = document.querySelector("main[data-cursor]");
  if (!main) return;

  const { followFeed } = await import(document.querySelector("link[rel=modulepreload]").href);

  const live = document.getElementById("live");
  const lost = document.getElementById("lost");
  const urgent = document.getElementById("alert");
  const title = document.title;
  const pending = new Set();
  const changed = new Map();
  const openedAt = new Date();
  let feed, notice, refresh, retry, showing;

  function open(after) {
    lose();
    feed = followFeed({
      url: location.origin,
      query: main.dataset.query,
      variables: { filter: JSON.parse(main.dataset.filter) },
      after,
      transports: ["event-stream", "http"],
      onEvent: apply,
      onPosition: found,
      onState: ({ connected }) => (connected ? found() : lose()),
      onInvalid: outdated,
      onError: reopen,
    });
  }

  /** A node of the release before, during an upgrade, may not know the page's subscription. */
  function reopen() {
    clearTimeout(retry);
    retry = setTimeout(() => open(feed.cursor), 30_000 * (1 + Math.random()));
  }

  function found() {
    clearTimeout(notice);
    notice = undefined;
    say("");
  }

  /** Most interruptions are over before the reader needs to know. */
  function lose() {
    notice ??= setTimeout(() => say(lost.dataset.lost.replace("{0}", time(feed.heardAt ?? openedAt))), 3000);
  }

  function apply(event) {
    found();
    const { news } = event;
    const id = event.newsId ?? news?.id;
    const retracted = [live.dataset.retracted, event.reason].filter(Boolean).join(" ");
    const otherwise = event.newsId ? retracted : event.passesFilter === false ? live.dataset.left : "";
    showing?.set(id, otherwise);
    if (event.__typename === "NewsRetracted") {
      if (pending.delete(event.newsId)) announce();
      change(id, otherwise);
    } else if (news && shown(news.id)) {
      change(id, otherwise);
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

  /**
   * Shows the new items: the page as the server has it now, with the same reader at the first new item. What happens while
   * the page is read may be missing there.
   */
  async function show() {
    if (main.dataset.first) return location.assign(main.dataset.first);
    if (showing) return;
    const asked = [...pending];
    const alarmed = urgent.firstChild;
    const meanwhile = (showing = new Map());
    const page = await current();
    showing = undefined;
    if (!page) return;
    for (const region of document.querySelectorAll("[data-region]")) {
      const replacement = page.getElementById(region.id);
      if (replacement) region.replaceWith(replacement);
    }
    const items = [...pending].map(shown).filter(Boolean);
    [...asked, ...items.map((item) => item.dataset.id)].forEach((id) => pending.delete(id));
    if (urgent.firstChild === alarmed) urgent.replaceChildren();
    announce();
    if (!pending.size) live.textContent = live.dataset.shown;
    meanwhile.forEach((otherwise, id) => change(id, otherwise));
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

  /** One request at a time, so that no older answer comes last. What couldn't be read is asked for again. */
  async function replace() {
    const asked = new Map(changed);
    changed.clear();
    const page = await current();
    if (page) renew(page, asked);
    else asked.forEach((otherwise, id) => changed.has(id) || changed.set(id, otherwise));
    const delay = page ? 400 * Math.random() : 5_000 * (1 + Math.random());
    refresh = changed.size ? setTimeout(replace, delay) : undefined;
  }

  function renew(page, asked) {
    for (const [id, otherwise] of asked) {
      if (changed.has(id)) continue;
      const before = shown(id);
      const after = page.querySelector(`[data-id="${CSS.escape(id)}"]`) ?? (before?.matches("main > *") && page.querySelector("main > article"));
      if (after) {
        after.classList.add("fresh");
        before?.replaceWith(after);
      } else if (!otherwise) {
        before?.remove(); // newer items have pushed it to a later page
      } else {
        before?.classList.add("gone");
        before?.replaceChildren(Object.assign(document.createElement("p"), { textContent: otherwise }));
      }
    }
    for (const region of document.querySelectorAll("[data-refresh]")) {
      const replacement = page.getElementById(region.id);
      if (replacement) region.replaceWith(replacement);
    }
  }

  /** The page as it is now; null if the server can't tell. */
  async function current() {
    try {
      const headers = { "Accept": "text/html", "Feed-Cursor-At-Least": feed.cursor };
      const response = await fetch(location.href, { headers, signal: AbortSignal.timeout(30_000) });
      if (!response.ok && response.status !== 410) throw response.status;
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      say(lost.dataset.lost.replace("{0}", time(feed.heardAt ?? openedAt)));
      return null;
    }
  }

  /** The server no longer knows the position, for example after a restore from a backup. */
  function outdated() {
    clearTimeout(notice);
    const button = document.createElement("button");
    button.textContent = lost.dataset.reload;
    button.addEventListener("click", () => location.reload());
    lost.replaceChildren(lost.dataset.outdated, " ", button);
  }

  function say(text) {
    if (lost.textContent !== text && !lost.querySelector("button")) lost.textContent = text;
  }

  function time(date) {
    return date.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  }

  addEventListener("pagehide", () => {
    clearTimeout(retry);
    feed.close();
  });
  addEventListener("pageshow", ({ persisted }) => persisted && open(feed.cursor));
  open(main.dataset.cursor);
})();
