-- 1. Texts that an earlier release accepted and that today's constraints refuse.

-- Whether the database takes a text as a value of this domain.
create function fits(value text, of_domain text) returns boolean language plpgsql stable strict as $$
begin
    case of_domain
        when 'prose' then perform value::prose;
        else perform value::text_line;
    end case;
    return true;
exception when check_violation then
    return false;
end
$$;

-- The paths of the texts in a content, as content() makes it, that the database refuses.
create function refused_texts(content jsonb) returns text[] language sql stable return array(
    select path
    from (
        values ('title', content->>'title', 'text_line'), ('summary', content->>'summary', 'prose'),
            ('body', content->>'body', 'prose'), ('image.credit', content#>>'{image,credit}', 'text_line')
        union all
        select format('figures.%s.%s', position - 1, field), figure->>field, 'text_line'
        from jsonb_array_elements(content->'figures') with ordinality as listed (figure, position)
            cross join unnest(array['label', 'unit']) field
    ) as stated (path, value, of_domain)
    where not fits(value, of_domain)
    order by path);

-- The text, or what is left of it without the characters for which the database refuses it.
create function mended(value text, of_domain text) returns text language sql stable strict return (
    select case
        when fits(value, of_domain) then value
        when fits(rest, of_domain) then rest
        else '–'
    end
    from btrim(regexp_replace(value, '[' || misleading_characters() || ']', '', 'g')) rest);

-- An object with these of its texts mended.
create function mended(texts jsonb, lines text[], proses text[]) returns jsonb language sql stable return
    texts || (
        select coalesce(jsonb_object_agg(key, mended(value, case when key = any(lines) then 'text_line' else 'prose' end)), '{}')
        from jsonb_each_text(texts)
        where value is not null and key = any(lines || proses));

-- As before, with corrections of the title, the summary and the body. They make a revision, as a remark does. The revisions that
-- readers have seen keep their texts, which are mended where the database refuses them.
create function restore_news(key bigint, remark text, corrections jsonb) returns integer language plpgsql as $$
declare
    former jsonb;
    restored news;
begin
    delete from retracted_news where news_id = key returning kept into former;
    if former is null then
        return null;
    end if;
    restored := jsonb_populate_record(
        null::news, mended(former->'news', array['title', 'image_credit'], array['summary', 'body', 'note']));
    restored.topic_ids := '{}';
    insert into news overriding system value values (restored.*);
    perform file(key, former#>'{content,topics}', restored.published_at);
    perform count_figures(key, (
        select coalesce(jsonb_agg(mended(figure, array['label', 'unit'], '{}') order by position), '[]')
        from jsonb_array_elements(former#>'{content,figures}') with ordinality as listed (figure, position)));
    insert into revision
    select mended_revision.*
    from jsonb_array_elements(former->'revisions') r
        cross join lateral jsonb_populate_record(
            null::revision, mended(r, array['title'], array['summary', 'body', 'note'])) mended_revision
    on conflict do nothing;
    insert into revision_details select * from jsonb_populate_recordset(null::revision_details, former->'details')
    on conflict do nothing;
    update withdrawal w set reason = mended(k->>'reason', 'prose')
    from jsonb_array_elements(former->'withdrawals') k
    where w.news_id = key and w.since_revision = (k->>'since_revision')::integer;
    delete from retraction where news_id = key;
    -- A source that says again that its item is deleted must see that an editor has decided otherwise.
    if remark is not null or corrections <> '{}' or exists (select from imported_item where news_id = key) then
        update news set
            title = coalesce(corrections->>'title', title),
            summary = coalesce(corrections->>'summary', summary),
            body = coalesce(corrections->>'body', body),
            revision = revision + 1, note = remark, significance = 'MAJOR',
            updated_at = greatest(clock_timestamp(), updated_at)
        where id = key
        returning * into restored;
    end if;
    return restored.revision;
end
$$;

-- Nodes of the release before call it with two arguments.
create or replace function restore_news(key bigint, remark text) returns integer language sql as $$
    select restore_news(key, remark, '{}')
$$;

-- 2. A change can give its news item another slug, as a revision can.
create or replace function publish_draft(due draft, moment timestamptz) returns integer language plpgsql as $$
declare
    present integer;
    made integer := 1;
begin
    if due.news_id is null then
        perform publish(due.id, due.slug, due.content, moment);
    else
        select revision into present from news where id = due.news_id for update;
        if not found then
            raise exception 'the news item has been retracted' using errcode = 'no_data_found';
        elsif present <> due.base_revision then
            raise exception 'the news item is at revision % now, and the draft changes revision %', present, due.base_revision
                using errcode = 'check_violation';
        end if;
        made := revise(
            due.news_id, due.content, due.content->>'note', coalesce(due.content->>'significance', 'MAJOR'), null, null);
        -- What was reserved for the draft is the news item's from now on.
        update draft set slug = null where id = due.id and slug is not null;
        update news set slug = due.content->>'slug' where id = due.news_id and slug <> due.content->>'slug';
    end if;
    perform set_validity(coalesce(due.news_id, due.id), (due.content->>'validUntil')::timestamptz);
    delete from draft where id = due.id;
    return made;
end
$$;

-- 3. Large topics. A document of the search keeps the id of a topic that was merged until its news item changes: searches look for
-- both ids. So a merger doesn't write all words of its news into the index again.
create function topic_query(key bigint) returns tsquery language sql stable return (
    select string_agg(format('''topic:%s''', id), ' | ')::tsquery
    from (select key union all select id from merged_topic where topic_id = key) as own (id));

-- As before, but for the documents. And triggers compare the rows of before and after by hash joins. A session keeps the plans that
-- it made when a statement changed one row or none: they read all rows of the one for each row of the other.
create or replace function merge_topics(former bigint, present bigint) returns void language plpgsql as $$
declare
    changed bigint[];
    doubled bigint[];
begin
    -- Publications under the topic that stays don't wait. Whoever locks several topics has taken lock_topics().
    perform from topic where id = present for no key update;
    perform from topic where id = former for update;
    changed := array(select news_id from news_topic where topic_id = former);
    -- In the order of their keys, as file() locks them.
    perform from news where id = any(changed) order by id for no key update;
    -- Others may have changed them meanwhile.
    changed := array(select news_id from news_topic where topic_id = former);
    discard plans;
    with gone as (
        delete from news_topic t
        where topic_id = former and exists (select from news_topic o where o.news_id = t.news_id and o.topic_id = present)
        returning news_id
    )
    select coalesce(array_agg(news_id), '{}') into doubled from gone;
    discard plans;
    update news_topic set topic_id = present where topic_id = former;
    -- Nodes of the release before look for the topic that stays alone.
    if not topics_have_events() then
        update news_search
        set document = ts_delete(document, 'topic:' || former) || array_to_tsvector(array['topic:' || present])
        where news_id = any(changed);
    end if;

    update former_topic_slug set topic_id = present where topic_id = former;
    insert into former_topic_slug (slug, name, topic_id) select slug, name, present from topic where id = former;
    update merged_topic set topic_id = present where topic_id = former;
    insert into merged_topic (id, topic_id) values (former, present);
    delete from topic where id = former;

    delete from pending_change where transaction = pg_current_xact_id() and news_id = any(changed);
    insert into pending_topic (topic_id) values (present) on conflict do nothing;
    insert into pending_commit (changed_topics) values (true) on conflict (transaction) do update set changed_topics = true;

    perform from feed for update;
    insert into news_facet (facet, month, block, bits)
    select 'topic:' || present, month, block, bits from news_facet where facet = 'topic:' || former
    on conflict (facet, month, block) do update set bits = news_facet.bits | excluded.bits;
    delete from news_facet where facet = 'topic:' || former;
    -- News that were filed under both count once.
    insert into news_count (topic_id, month, count)
    select present, c.month, c.count - coalesce(o.count, 0)
    from news_count c
        left join (
            select counted.month, count(*)
            from news n
                cross join lateral (values ('-infinity'::date), (month_of(n.published_at))) as counted (month)
            where n.id = any(doubled) and n.withdrawn_at is null
            group by counted.month
        ) o using (month)
    where c.topic_id = former
    on conflict (topic_id, month) do update set count = news_count.count + excluded.count;
    delete from news_count where topic_id = former;
    discard plans;
end
$$;

-- 4. An imported item that an editor has saved as a draft: no revision of it is the import's.
create function note_edit_of_imported() returns trigger language plpgsql as $$
begin
    update imported_item set revision = 0 where news_id = new.id;
    return null;
end
$$;

do $$
declare
    routine text;
begin
    foreach routine in array array['restore_news(bigint, text, jsonb)', 'merge_topics(bigint, bigint)'] loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', routine, current_schema);
    end loop;
end
$$;

-- Editors and imports wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes
-- later waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table draft in share row exclusive mode;
            lock table imported_item in access exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table draft or imported_item is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

-- V37 validates the constraint.
alter table imported_item
    drop constraint imported_item_revision_check,
    add constraint imported_item_revision check (revision >= 0) not valid;

create trigger note_edit_of_imported after update of authors on draft
    for each row when (new.news_id is null and old.authors is distinct from new.authors)
    execute function note_edit_of_imported();

update imported_item set revision = 0 where news_id in (select id from draft where news_id is null and authors <> '{}');

-- The functions that were replaced lost their owner's rights.
select grant_service();
