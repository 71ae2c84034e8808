-- Runs again whenever the language of searches is set to another.
select search_in('${language}');
