-- Runs again whenever the newsroom's zone is set to another.
select use_zone('${zone}');
