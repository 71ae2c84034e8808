-- Two roles in the place of one: utrop_owner migrates, utrop_service does all the rest, and can change neither how tables
-- are made nor what is on record. For an administrator to run once, in the database that is to be Utrop's, before its
-- first start; give both a password then (\password in psql). Several databases of one cluster share the roles: run it in
-- each of them.

do $$
declare
    name text;
begin
    foreach name in array array['utrop_owner', 'utrop_service'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I login', name);
        end if;
    end loop;
end
$$;

grant utrop_owner to current_user;

do $$
begin
    execute format('alter database %I owner to utrop_owner', current_database());
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to utrop_service', current_database());
end
$$;
