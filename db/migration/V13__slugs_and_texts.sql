-- The rules for characters that readers don't see, and one namespace for slugs that needs no lock on a table.
--
-- This script replaces functions that triggers call, and adds tables and functions. It locks scheduled_news and retraction
-- against writers for its few milliseconds, and no other table. V14 applies it to the rows that are there.

-- The sets of characters are bracket expressions of regular expressions, without their brackets. They are the same as those of
-- the class se.utrop.text.Characters; a test compares them over all code points.

-- Default_Ignorable_Code_Point: characters that are not displayed, such as the soft hyphen, joiners and zero-width spaces.
-- https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
create function invisible_characters() returns text language sql immutable parallel safe return
    '\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164'
    '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF';

-- Bidi_Control (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters) and tag characters.
create function misleading_characters() returns text language sql immutable parallel safe return
    '\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\U000E0000-\U000E007F';

-- White_Space, separators and the Braille pattern without dots.
create function blank_characters() returns text language sql immutable parallel safe return
    '\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000';

-- Characters of the general category M (mark) of Unicode 16 that are not invisible.
create function combining_marks() returns text language sql immutable parallel safe return
    '\u0300-\u034E\u0350-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A'
    '\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0711\u0730-\u074A\u07A6-\u07B0'
    '\u07EB-\u07F3\u07FD\u0816-\u0819\u081B-\u0823\u0825-\u0827\u0829-\u082D\u0859-\u085B\u0897-\u089F\u08CA-\u08E1'
    '\u08E3-\u0903\u093A-\u093C\u093E-\u094F\u0951-\u0957\u0962\u0963\u0981-\u0983\u09BC\u09BE-\u09C4\u09C7\u09C8'
    '\u09CB-\u09CD\u09D7\u09E2\u09E3\u09FE\u0A01-\u0A03\u0A3C\u0A3E-\u0A42\u0A47\u0A48\u0A4B-\u0A4D\u0A51\u0A70'
    '\u0A71\u0A75\u0A81-\u0A83\u0ABC\u0ABE-\u0AC5\u0AC7-\u0AC9\u0ACB-\u0ACD\u0AE2\u0AE3\u0AFA-\u0AFF\u0B01-\u0B03'
    '\u0B3C\u0B3E-\u0B44\u0B47\u0B48\u0B4B-\u0B4D\u0B55-\u0B57\u0B62\u0B63\u0B82\u0BBE-\u0BC2\u0BC6-\u0BC8'
    '\u0BCA-\u0BCD\u0BD7\u0C00-\u0C04\u0C3C\u0C3E-\u0C44\u0C46-\u0C48\u0C4A-\u0C4D\u0C55\u0C56\u0C62\u0C63'
    '\u0C81-\u0C83\u0CBC\u0CBE-\u0CC4\u0CC6-\u0CC8\u0CCA-\u0CCD\u0CD5\u0CD6\u0CE2\u0CE3\u0CF3\u0D00-\u0D03\u0D3B'
    '\u0D3C\u0D3E-\u0D44\u0D46-\u0D48\u0D4A-\u0D4D\u0D57\u0D62\u0D63\u0D81-\u0D83\u0DCA\u0DCF-\u0DD4\u0DD6'
    '\u0DD8-\u0DDF\u0DF2\u0DF3\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u0EB1\u0EB4-\u0EBC\u0EC8-\u0ECE\u0F18\u0F19\u0F35'
    '\u0F37\u0F39\u0F3E\u0F3F\u0F71-\u0F84\u0F86\u0F87\u0F8D-\u0F97\u0F99-\u0FBC\u0FC6\u102B-\u103E\u1056-\u1059'
    '\u105E-\u1060\u1062-\u1064\u1067-\u106D\u1071-\u1074\u1082-\u108D\u108F\u109A-\u109D\u135D-\u135F\u1712-\u1715'
    '\u1732-\u1734\u1752\u1753\u1772\u1773\u17B6-\u17D3\u17DD\u1885\u1886\u18A9\u1920-\u192B\u1930-\u193B'
    '\u1A17-\u1A1B\u1A55-\u1A5E\u1A60-\u1A7C\u1A7F\u1AB0-\u1ACE\u1B00-\u1B04\u1B34-\u1B44\u1B6B-\u1B73\u1B80-\u1B82'
    '\u1BA1-\u1BAD\u1BE6-\u1BF3\u1C24-\u1C37\u1CD0-\u1CD2\u1CD4-\u1CE8\u1CED\u1CF4\u1CF7-\u1CF9\u1DC0-\u1DFF'
    '\u20D0-\u20F0\u2CEF-\u2CF1\u2D7F\u2DE0-\u2DFF\u302A-\u302F\u3099\u309A\uA66F-\uA672\uA674-\uA67D\uA69E\uA69F'
    '\uA6F0\uA6F1\uA802\uA806\uA80B\uA823-\uA827\uA82C\uA880\uA881\uA8B4-\uA8C5\uA8E0-\uA8F1\uA8FF\uA926-\uA92D'
    '\uA947-\uA953\uA980-\uA983\uA9B3-\uA9C0\uA9E5\uAA29-\uAA36\uAA43\uAA4C\uAA4D\uAA7B-\uAA7D\uAAB0\uAAB2-\uAAB4'
    '\uAAB7\uAAB8\uAABE\uAABF\uAAC1\uAAEB-\uAAEF\uAAF5\uAAF6\uABE3-\uABEA\uABEC\uABED\uFB1E\uFE20-\uFE2F\U000101FD'
    '\U000102E0\U00010376-\U0001037A\U00010A01-\U00010A03\U00010A05\U00010A06\U00010A0C-\U00010A0F'
    '\U00010A38-\U00010A3A\U00010A3F\U00010AE5\U00010AE6\U00010D24-\U00010D27\U00010D69-\U00010D6D\U00010EAB'
    '\U00010EAC\U00010EFC-\U00010EFF\U00010F46-\U00010F50\U00010F82-\U00010F85\U00011000-\U00011002'
    '\U00011038-\U00011046\U00011070\U00011073\U00011074\U0001107F-\U00011082\U000110B0-\U000110BA\U000110C2'
    '\U00011100-\U00011102\U00011127-\U00011134\U00011145\U00011146\U00011173\U00011180-\U00011182'
    '\U000111B3-\U000111C0\U000111C9-\U000111CC\U000111CE\U000111CF\U0001122C-\U00011237\U0001123E\U00011241'
    '\U000112DF-\U000112EA\U00011300-\U00011303\U0001133B\U0001133C\U0001133E-\U00011344\U00011347\U00011348'
    '\U0001134B-\U0001134D\U00011357\U00011362\U00011363\U00011366-\U0001136C\U00011370-\U00011374'
    '\U000113B8-\U000113C0\U000113C2\U000113C5\U000113C7-\U000113CA\U000113CC-\U000113D0\U000113D2\U000113E1'
    '\U000113E2\U00011435-\U00011446\U0001145E\U000114B0-\U000114C3\U000115AF-\U000115B5\U000115B8-\U000115C0'
    '\U000115DC\U000115DD\U00011630-\U00011640\U000116AB-\U000116B7\U0001171D-\U0001172B\U0001182C-\U0001183A'
    '\U00011930-\U00011935\U00011937\U00011938\U0001193B-\U0001193E\U00011940\U00011942\U00011943'
    '\U000119D1-\U000119D7\U000119DA-\U000119E0\U000119E4\U00011A01-\U00011A0A\U00011A33-\U00011A39'
    '\U00011A3B-\U00011A3E\U00011A47\U00011A51-\U00011A5B\U00011A8A-\U00011A99\U00011C2F-\U00011C36'
    '\U00011C38-\U00011C3F\U00011C92-\U00011CA7\U00011CA9-\U00011CB6\U00011D31-\U00011D36\U00011D3A\U00011D3C'
    '\U00011D3D\U00011D3F-\U00011D45\U00011D47\U00011D8A-\U00011D8E\U00011D90\U00011D91\U00011D93-\U00011D97'
    '\U00011EF3-\U00011EF6\U00011F00\U00011F01\U00011F03\U00011F34-\U00011F3A\U00011F3E-\U00011F42\U00011F5A'
    '\U00013440\U00013447-\U00013455\U0001611E-\U0001612F\U00016AF0-\U00016AF4\U00016B30-\U00016B36\U00016F4F'
    '\U00016F51-\U00016F87\U00016F8F-\U00016F92\U00016FE4\U00016FF0\U00016FF1\U0001BC9D\U0001BC9E'
    '\U0001CF00-\U0001CF2D\U0001CF30-\U0001CF46\U0001D165-\U0001D169\U0001D16D-\U0001D172\U0001D17B-\U0001D182'
    '\U0001D185-\U0001D18B\U0001D1AA-\U0001D1AD\U0001D242-\U0001D244\U0001DA00-\U0001DA36\U0001DA3B-\U0001DA6C'
    '\U0001DA75\U0001DA84\U0001DA9B-\U0001DA9F\U0001DAA1-\U0001DAAF\U0001E000-\U0001E006\U0001E008-\U0001E018'
    '\U0001E01B-\U0001E021\U0001E023\U0001E024\U0001E026-\U0001E02A\U0001E08F\U0001E130-\U0001E136\U0001E2AE'
    '\U0001E2EC-\U0001E2EF\U0001E4EC-\U0001E4EF\U0001E5EE\U0001E5EF\U0001E8D0-\U0001E8D6\U0001E944-\U0001E94A';

-- Characters of the general categories Cc, Cf and Co that are not invisible.
create function control_characters() returns text language sql immutable parallel safe return
    '\u0001-\u001F\u007F-\u009F\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\uE000-\uF8FF\uFFF9-\uFFFB\U000110BD'
    '\U000110CD\U00013430-\U0001343F\U000F0000-\U000FFFFD\U00100000-\U0010FFFD';

create function without_invisible(text) returns text language sql immutable strict parallel safe return
    regexp_replace($1, '[' || invisible_characters() || ']', '', 'g');

-- Whether a reader sees anything of a text.
create function shows_something(text) returns boolean language sql immutable strict parallel safe return
    $1 ~ ('[^' || invisible_characters() || blank_characters() || combining_marks() || control_characters() || ']');

-- Whether a line may read otherwise than it is stored, or shows nothing: it holds a character that changes the direction of
-- text, a tag character, or a combining mark that follows no character.
create function is_misleading(text) returns boolean language sql immutable strict parallel safe return
    not shows_something($1)
    or $1 ~ ('[' || misleading_characters() || ']')
    or without_invisible($1) ~ ('(^|[' || blank_characters() || '])[' || combining_marks() || ']');

-- Not valid, that is for new values only: to validate would read all tables. Prose is held to less than the service asks of
-- editors, so that a service of the previous release can import texts with directional marks.
alter domain text_line add constraint text_line_is_clear check (not is_misleading(value)) not valid;
alter domain prose add constraint prose_is_clear
    check (shows_something(value) and value !~ '[\u202D\u202E\U000E0000-\U000E007F]') not valid;

-- As before, without invisible characters: they part no word.
create or replace function search_text(text) returns text language sql immutable strict parallel safe return
    replace(replace(replace(replace(replace(replace(replace(replace(replace(without_invisible($1),
        '-', ' '), '.', ' '), '/', ' '), ':', ' '), '@', ' '), '&', ' '), '+', ' '), '<', ' '), '~', ' ');

-- As before, without the soft hyphens that CommonMark writes as an entity.
create or replace function search_document(published news, topics bigint[]) returns tsvector language plpgsql stable as $$
declare
    language constant regconfig = (select configuration from search_language);
    -- Without the addresses of links.
    body constant text = replace(case
        when published.body like '%](%' then regexp_replace(published.body, '\]\([^()[:space:]]*', '](', 'g')
        else published.body
    end, '&shy;', '');
    month constant text = to_char(published.published_at at time zone 'UTC', 'YYYY-MM');
begin
    return setweight(to_tsvector(language, search_text(published.title)), 'A')
        || setweight(to_tsvector(language, search_text(published.summary)), 'B')
        -- A document holds a megabyte, whatever the words.
        || setweight(to_tsvector(language, search_text(left(coalesce(body, ''), 100000))), 'C')
        || array_to_tsvector(array[
            'month:' || month, 'year:' || left(month, -3), 'kind:' || published.kind, 'urgency:' || published.urgency,
            'series:' || coalesce(published.series_id::text, 'none')])
        || array_to_tsvector(array(select 'topic:' || topic from unnest(topics) topic));
end
$$;

-- Topics of the same key are one topic: invisible characters and the length of blanks don't count.
create function topic_key(name text) returns text language sql immutable strict parallel safe return
    btrim(regexp_replace(without_invisible(name), '[' || blank_characters() || ']+', ' ', 'g'));

-- The slugs of all news: published, retracted and scheduled. The primary key keeps two transactions from taking the same
-- slug, though neither sees the other's rows.
create table taken_slug (
    slug slug collate "C" primary key,
    -- Null between the claim and the insert of the news item; a claim that was committed alone is void.
    news_id bigint
);

create or replace function is_slug_taken(wish text) returns boolean language sql stable return
    exists (select from news where slug = wish)
    or exists (select from retraction where slug = wish)
    or exists (select from scheduled_news where slug = wish)
    or exists (select from taken_slug where slug = wish and news_id is not null);

-- Claims a slug for the current transaction, if nobody has it. A transaction that has claimed it and is still open, such as
-- a long import, is waited for no longer than the patience; then the slug counts as taken.
create function claim_slug(wish text, patience text default '100ms') returns boolean language plpgsql
    set lock_timeout = 0 as $$
begin
    if is_slug_taken(wish) then
        return false;
    end if;
    perform set_config('lock_timeout', patience, true);
    insert into taken_slug (slug) values (wish)
    on conflict (slug) do update set slug = excluded.slug where taken_slug.news_id is null;
    return found;
exception when lock_not_available then
    return false;
end
$$;

-- The same for many, without a limit of patience. Returns those that are taken. In one order, so that two transactions don't
-- wait for each other.
create function claim_slugs(wishes text[]) returns setof text language sql
    set enable_seqscan = off set enable_mergejoin = off as $$
    with free as materialized (
        select wish from unnest(wishes) wish where not is_slug_taken(wish)
    ), claimed as (
        insert into taken_slug (slug) select wish from free order by wish collate "C"
        on conflict (slug) do update set slug = excluded.slug where taken_slug.news_id is null
        returning slug
    )
    select wish from unnest(wishes) wish where wish not in (select slug from claimed);
$$;

-- The wish, or the wish with a number, claimed for the current transaction. It takes little more than half a second.
create or replace function free_slug(wish text) returns text language plpgsql as $$
declare
    candidate text := wish;
    number bigint := 1;
    started constant timestamptz := clock_timestamp();
begin
    while not claim_slug(candidate) loop
        -- Titles that come every day would take ever longer to number, and of a long import all numbers are claimed.
        number := case
            when number < 100 and clock_timestamp() < started + interval '500 milliseconds' then number + 1
            else nextval(pg_get_serial_sequence('news', 'id'))
        end;
        candidate := wish || '-' || number;
    end loop;
    return candidate;
end
$$;

-- An address that has led to one news item never leads to another.
create or replace function keep_slugs_of_retracted() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    taken text;
begin
    select p.slug into taken
    from present p cross join lateral (select from retraction r where r.slug = p.slug offset 0) gone
    limit 1;
    if found then
        raise exception 'the slug % is that of a retracted news item', taken using errcode = 'unique_violation';
    end if;
    insert into taken_slug (slug, news_id)
    select p.slug, p.id
    from present p
    where not exists (select from taken_slug t where t.slug = p.slug and t.news_id = p.id)
    order by p.slug collate "C"
    on conflict (slug) do update set news_id = excluded.news_id where taken_slug.news_id is null;
    -- By one look into the index for each row, whatever the statistics say of a table that was empty a moment ago.
    select p.slug into taken
    from present p
        cross join lateral (select from taken_slug t where t.slug = p.slug and t.news_id <> p.id offset 0) other
    limit 1;
    if found then
        raise exception 'the slug % is that of another news item', taken using errcode = 'unique_violation';
    end if;
    return null;
end
$$;

-- Takes the slug for the scheduled item. The tables are asked too, for what was published before taken_slug was filled.
create or replace function reserve_slug() returns trigger language plpgsql as $$
begin
    insert into taken_slug (slug, news_id) values (new.slug, new.id)
    on conflict (slug) do update set news_id = excluded.news_id
    where taken_slug.news_id is null or taken_slug.news_id = excluded.news_id;
    if not found
            or exists (select from news where slug = new.slug) or exists (select from retraction where slug = new.slug) then
        raise exception 'the slug % is that of a news item', new.slug using errcode = 'unique_violation';
    end if;
    return new;
end
$$;

-- A scheduled item that was cancelled leaves its slug to others; one that was published keeps it.
create function free_slug_of_cancelled() returns trigger language plpgsql as $$
begin
    delete from taken_slug
    where slug = old.slug and news_id = old.id
        and not exists (select from news where id = old.id) and not exists (select from retraction where news_id = old.id);
    return null;
end
$$;

create trigger free_slug_of_cancelled after delete on scheduled_news
    for each row execute function free_slug_of_cancelled();

create function free_slug_of_forgotten() returns trigger language plpgsql as $$
begin
    delete from taken_slug where slug = old.slug and news_id = old.news_id;
    return null;
end
$$;

create trigger free_slug_of_forgotten after delete on retraction
    for each row execute function free_slug_of_forgotten();

-- Slugs are claimed with the rights of the owner, like all that triggers write.
do $$
begin
    execute format('alter function claim_slug(text, text) security definer set search_path = %I, pg_temp', current_schema);
    execute format('alter function claim_slugs(text[]) security definer set search_path = %I, pg_temp', current_schema);
end
$$;

-- The functions that were replaced lost their owner's rights.
select grant_service();
