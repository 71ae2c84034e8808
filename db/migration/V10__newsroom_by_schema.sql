-- Several newsrooms may share a database, each in a schema of its own: the notification channel and the advisory locks
-- carry the schema's oid, so that one newsroom neither wakes nor blocks another.

create function newsroom_schema() returns oid language sql stable return
    (select relnamespace from pg_class where oid = 'feed'::regclass);

-- The channel on which every commit that changes an answer is announced. A notification is a hint and carries no payload:
-- whoever receives one reads the position from the table feed.
create function feed_channel() returns text language sql stable return 'utrop_feed_' || newsroom_schema();

-- The key of an advisory lock of this newsroom.
create function newsroom_lock(name text) returns bigint language sql stable return
    hashtextextended(name, newsroom_schema()::bigint);

-- log_events() updates the one row of feed once per transaction. It goes on notifying utrop_feed too, on which nodes of the
-- previous release listen.
create function notify_feed() returns trigger language plpgsql as $$
begin
    perform pg_notify(feed_channel(), '');
    return null;
end
$$;

create trigger notify_feed after update on feed for each row execute function notify_feed();

-- As before, but for the key of the lock.
create or replace function publish_due(out published integer, out failures text[], out overdue integer, out wait interval)
language plpgsql as $$
declare
    moment timestamptz;
    due scheduled_news;
begin
    published := 0;
    failures := '{}';
    if pg_try_advisory_xact_lock(newsroom_lock('schedule')) then
        moment := clock_timestamp();
        for due in
            select * from scheduled_news
            where publish_at <= moment and (failed_at is null or failed_at < moment - interval '1 minute')
            order by publish_at, id
            for update
        loop
            begin
                perform publish_one(due, moment + published * interval '1 microsecond');
                published := published + 1;
            exception when others then
                -- What is the matter with the database, not with the item, ends this look at the schedule: the next is soon.
                if left(sqlstate, 2) in ('40', '53', '55', '57', '58') then
                    raise;
                end if;
                update scheduled_news set failed_at = clock_timestamp(), failure = sqlerrm where id = due.id;
                failures := failures || format('%s (%s): %s', due.id, due.slug, sqlerrm);
            end;
            exit when clock_timestamp() > moment + interval '500 milliseconds';
        end loop;
    end if;
    select count(*) into overdue from scheduled_news where failed_at is not null;
    select min(publish_at) - clock_timestamp() into wait from scheduled_news where failed_at is null;
end
$$;
