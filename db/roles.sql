-- Two roles in the place of one: utrop_owner migrates, utrop_service does all the rest, and can change neither how tables
-- are made nor what is on record. For an administrator to run once, in the database that is to be Utrop's, before its
-- first start; give both a password then (\password in psql).

create role utrop_owner login;
create role utrop_service login;

grant utrop_owner to current_user;

do $$
begin
    execute format('alter database %I owner to utrop_owner', current_database());
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to utrop_service', current_database());
end
$$;
