-- Applies V13 to what was published before, in batches that each commit. Readers never wait. An editor who revises one of
-- the few news items that are indexed anew waits for the rest of its batch. If it is interrupted, it goes on where it was.

-- The slugs of all news.
do $$
declare
    last constant bigint := (select coalesce(max(id), 0) from news);
begin
    for batch in 0..last / 5000 loop
        insert into taken_slug (slug, news_id)
        select slug, id from news where id between batch * 5000 and batch * 5000 + 4999
        order by slug collate "C"
        on conflict do nothing;
        commit;
    end loop;
    insert into taken_slug (slug, news_id) select slug, news_id from retraction order by slug collate "C" on conflict do nothing;
    commit;
    insert into taken_slug (slug, news_id) select slug, id from scheduled_news order by slug collate "C" on conflict do nothing;
end
$$;

-- The documents of news that hold invisible characters. The rows are locked before they are read again, so that an older
-- document never replaces that of a revision which comes in between.
do $$
declare
    last constant bigint := (select coalesce(max(id), 0) from news);
    invisible constant text := '[' || invisible_characters() || ']|&shy;';
    ids bigint[];
    mended boolean := false;
begin
    for batch in 0..last / 1000 loop
        ids := array(
            select id
            from news
            where id between batch * 1000 and batch * 1000 + 999
                and (title ~ invisible or summary ~ invisible or body ~ invisible)
            for no key update);
        if cardinality(ids) > 0 then
            perform index_news(ids);
            mended := true;
        end if;
        commit;
    end loop;
    -- Nodes forget the answers that they keep.
    if mended then
        insert into pending_commit default values on conflict do nothing;
    end if;
end
$$;
