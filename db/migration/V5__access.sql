-- What the role utrop_service may do (db/roles.sql makes it): said anew after every migration, which may have added tables.
-- Nothing where there is no such role, or where it migrates itself.
create function grant_service() returns void language plpgsql as $$
declare
    home text := current_schema;
    routine regprocedure;
begin
    if current_user = 'utrop_service' or not exists (select from pg_roles where rolname = 'utrop_service')
            or not pg_has_role((select relowner from pg_class where oid = 'news'::regclass), 'usage') then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('utrop grants', 0));
    execute format('grant usage on schema %I to utrop_service', home);
    execute format('revoke all on all tables in schema %I from utrop_service', home);
    execute format('grant select on all tables in schema %I to utrop_service', home);
    execute format('grant usage on all sequences in schema %I to utrop_service', home);
    grant insert, update, delete on news, news_topic, figure, topic, series, scheduled_news, idempotent_call to utrop_service;
    grant update (reason) on retraction to utrop_service;
    grant insert on import to utrop_service;
    revoke select on audit from utrop_service;
    grant insert on audit to utrop_service;
    -- The log of events, the record of revisions and whatever else follows from a change is written by triggers, as their
    -- owner: so the service can't write it otherwise.
    for routine in
        select oid from pg_proc
        where pronamespace = home::regnamespace and prorettype = 'trigger'::regtype and not prosecdef
    loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', routine, home);
    end loop;
end
$$;
