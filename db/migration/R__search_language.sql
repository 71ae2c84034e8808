-- Runs again whenever the setting has another value.
select search_in('${search.language}');
