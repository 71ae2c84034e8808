-- Runs again whenever the newsroom's zone is set to another. Days in the search index are those of the zone.
select use_zone('${zone}');

do $$
begin
    -- Tests stop before the version that has them.
    if to_regprocedure('index_days()') is not null then
        call index_days();
    end if;
end
$$;
