-- A revision records all that readers saw: beside its texts also its slug, address, image, kind, urgency, topics, series and
-- figures. These details of the current revision are in news, news_topic and figure. They are copied when the next revision
-- replaces them. So publications write nothing more, and the migration fills only the revisions of the past (V28).

create table revision_details (
    news_id bigint not null,
    number integer not null,
    -- As content() writes it, without the texts. url, image and figures are left out where they are not known.
    details jsonb not null,
    primary key (news_id, number)
);

-- The same of the current revision.
create function details(news) returns jsonb language sql stable return
    content($1) - array['title', 'summary', 'body'] || jsonb_build_object('slug', $1.slug);

-- As before, and the details of the revision that is replaced. Triggers run behind each statement: its topics and figures are
-- those of before, because revise() changes them later.
create or replace function record_later_revision() returns trigger language plpgsql as $$
begin
    insert into revision (news_id, number, published_at, title, summary, body, note, significance)
    select n.id, n.revision, n.updated_at, n.title, n.summary, n.body, n.note, n.significance
    from revised n join replaced o using (id)
    where n.revision > o.revision;

    insert into revision_details (news_id, number, details)
    select o.id, o.revision, jsonb_build_object(
        'slug', o.slug, 'url', o.url,
        'image', case when o.image_url is not null then jsonb_build_object(
            'url', o.image_url, 'altText', o.image_alt_text, 'width', o.image_width, 'height', o.image_height,
            'credit', o.image_credit) end,
        'kind', o.kind, 'urgency', o.urgency, 'topics', to_jsonb(o.topic_ids), 'series', o.series_id,
        'figures', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'name', name, 'label', label, 'value', value, 'unit', unit, 'change', change) order by position), '[]')
            from figure where news_id = o.id))
    from revised n join replaced o using (id)
    where n.revision > o.revision
    on conflict do nothing;
    return null;
end
$$;

-- As before, and the kind and the series can change.
create or replace function revise(
    key bigint, content jsonb, remark text, significance text, moment timestamptz default null, exactness text default null)
returns integer language plpgsql as $$
declare
    revised news;
begin
    update news set
        title = content->>'title', summary = content->>'summary', body = content->>'body', url = content->>'url',
        image_url = content#>>'{image,url}', image_alt_text = content#>>'{image,altText}',
        image_width = (content#>>'{image,width}')::integer, image_height = (content#>>'{image,height}')::integer,
        image_credit = content#>>'{image,credit}', kind = content->>'kind', urgency = content->>'urgency',
        series_id = (content->>'series')::bigint,
        revision = revision + 1, note = remark, significance = revise.significance,
        published_at = coalesce(moment, published_at),
        published_at_precision = case when moment is null then published_at_precision else coalesce(exactness, 'EXACT') end,
        updated_at = greatest(clock_timestamp(), updated_at, moment)
    where id = key
    returning * into strict revised;
    delete from news_topic where news_id = key;
    perform file(key, content->'topics', revised.published_at);
    delete from figure where news_id = key;
    perform count_figures(key, content->'figures');
    return revised.revision;
end
$$;

-- When a revision last changed the value that a figure had in the revision before it; null if none did.
create function figure_corrected_at(key bigint, figure_name text) returns timestamptz language sql stable return (
    with stated as (
        select r.number, r.published_at, case
            when r.number = n.revision then (select f.value from figure f where f.news_id = key and f.name = figure_name)
            else (
                select (f->>'value')::double precision
                from jsonb_array_elements(d.details->'figures') f
                where f->>'name' = figure_name)
        end as value
        from revision r
            join news n on n.id = r.news_id
            left join revision_details d on d.news_id = r.news_id and d.number = r.number
        where r.news_id = key
    ), compared as (
        select published_at, value, lag(value) over (order by number) as former from stated
    )
    select max(published_at) from compared where value <> former
);

-- Editors wait from here to the end of this script, for some milliseconds; readers don't. Attempts are short, because whoever
-- comes later waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table revision in share row exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table revision is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

alter table revision_details
    add foreign key (news_id, number) references revision on delete cascade;

-- The functions that were replaced lost their owner's rights.
select grant_service();
