package se.utrop.importing;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.importing.ItemText.Part;
import se.utrop.news.DatePrecision;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;
import se.utrop.text.Characters;
import se.utrop.text.PlainText;
import se.utrop.text.Sha256;

/** An item of a feed of any format while it is being read. */
final class FeedItem {

    private static final int LONGEST_MADE_TITLE = 100;
    private static final int LONGEST_LINE = 300;
    private static final int MOST_TOPICS = 100;

    /** What lies further ahead is a mistake. */
    private static final Duration LONGEST_DELAY = Duration.ofDays(366);

    /** Ids that some software makes anew for each answer. */
    private static final Pattern PASSING_ID = Pattern.compile("uuid:[0-9a-fA-F-]{36};id=\\d+");

    private static final Pattern SPACES = Pattern.compile(" {2,}");

    /** Which of several dates is the one of publication: the least. */
    enum DateRank {
        PUBLISHED,
        CREATED,
        UPDATED
    }

    private final Channel channel;
    private final long line;
    private final @Nullable String base;
    private final Map<String, String> topics = new LinkedHashMap<>();
    private final TreeMap<Integer, String> links = new TreeMap<>();
    private final Map<DateRank, String> dates = new TreeMap<>();
    private final List<Picture> pictures = new ArrayList<>();
    private final Map<String, String> media = new HashMap<>();
    private String id = "";
    private @Nullable RichText title;
    private @Nullable Part summary;
    private @Nullable Part content;
    private Urgency urgency = Urgency.ROUTINE;
    private @Nullable String kind;
    private @Nullable ImportRefused fault;

    /** {@code base} is the one that the document states for relative addresses. */
    FeedItem(Channel channel, long line, @Nullable String base) {
        this.channel = channel;
        this.line = line;
        this.base = base;
    }

    Channel channel() {
        return channel;
    }

    void id(String text) {
        String line = PlainText.line(text);
        if (!PASSING_ID.matcher(line).matches()) {
            id = line;
        }
    }

    void title(RichText.Type type, String text) {
        title = new RichText(type, text);
    }

    void summary(RichText.Type type, String text, @Nullable String ownBase) {
        summary = new Part(new RichText(type, text), ownBase);
    }

    void content(RichText.Type type, String text, @Nullable String ownBase) {
        content = new Part(new RichText(type, text), ownBase);
    }

    boolean hasTitle() {
        return title != null;
    }

    boolean hasSummary() {
        return summary != null;
    }

    boolean hasContent() {
        return content != null;
    }

    RichText content() {
        return requireNonNullElse(content, Part.NONE).text();
    }

    void topic(String name) {
        String plain = new RichText(RichText.Type.LINE, name).plain();
        String topic = PlainText.start(Characters.name(Characters.tidy(PlainText.line(plain))), LONGEST_LINE);
        if (Characters.showsSomething(topic) && topics.size() < MOST_TOPICS) {
            topics.putIfAbsent(topic.toLowerCase(Locale.ROOT), topic);
        }
    }

    /** The link of the least rank is that of the item. */
    void link(int rank, String address) {
        if (WebAddress.of(address, linkBase()) != null) {
            links.putIfAbsent(rank, address);
        }
    }

    void date(DateRank rank, String text) {
        if (!text.isBlank()) {
            dates.putIfAbsent(rank, text.strip());
        }
    }

    void picture(Picture picture) {
        pictures.add(picture);
    }

    /** What the item says of its pictures as a whole. */
    void media(String name, String text) {
        if (!text.isBlank()) {
            media.putIfAbsent(name, text);
        }
    }

    void urgency(Urgency stated) {
        urgency = stated;
    }

    void passOver(String otherKind) {
        kind = otherKind;
    }

    void refuse(String reason) {
        fault = new ImportRefused(line, reason);
    }

    /** What the item is if it is no news, such as a draft. */
    @Nullable
    String otherThanNews() {
        return kind;
    }

    Item finish(Faults faults) {
        if (fault != null) {
            throw fault;
        }
        ItemText text = text();
        if (text.isEmpty()) {
            throw new ImportRefused(line, "has neither title nor text: give it a title");
        }
        FeedDate stated = statedDate();
        FeedDate date = date(stated);
        String name = name(text);
        String url = url();
        String given = titleAsGiven(text);
        String teaser = text.teaser();
        String body = text.body(url);
        Item item = new Item(
                line,
                identity(given, text.lead(), stated),
                ItemVersion.of(name, teaser, body, topics.keySet(), instant(publication()), update()),
                name,
                teaser,
                body,
                url,
                Picture.image(pictures(text), base != null ? base : url == null ? linkBase() : url, name),
                NewsKind.ARTICLE,
                urgency,
                null,
                List.copyOf(topics.values()),
                List.of(),
                date.instant(),
                date.precision());
        if (stated == null) {
            noteEstimate(faults);
        }
        return item;
    }

    private ItemText text() {
        String outer = base != null ? base : url() != null ? url() : channel.link();
        return new ItemText(
                new Part(requireNonNullElse(title, RichText.NONE), null),
                requireNonNullElse(summary, described()).within(outer),
                requireNonNullElse(content, Part.NONE).within(outer));
    }

    /** The description of its media is the summary of an item that has no text. */
    private Part described() {
        String description = media.get("description");
        return content == null && description != null
                ? new Part(new RichText(RichText.Type.HTML, description), null)
                : Part.NONE;
    }

    private static String name(ItemText text) {
        String given = Characters.tidy(PlainText.line(text.title().given()));
        String name = Characters.showsSomething(given)
                ? PlainText.start(given, LONGEST_LINE)
                : PlainText.start(PlainText.line(text.lead()), LONGEST_MADE_TITLE);
        return SPACES.matcher(name).replaceAll(" ");
    }

    /** With all its invisible characters: by it an item that has neither id nor link is known. */
    private static String titleAsGiven(ItemText text) {
        String given = PlainText.line(text.title().given());
        return given.isEmpty() ? PlainText.start(PlainText.line(text.leadAsGiven()), LONGEST_MADE_TITLE) : given;
    }

    private @Nullable String linkBase() {
        return base != null ? base : channel.link();
    }

    private @Nullable String url() {
        return links.isEmpty() ? null : WebAddress.of(links.firstEntry().getValue(), linkBase());
    }

    private List<Picture> pictures(ItemText text) {
        return Stream.concat(
                        pictures.stream()
                                .map(picture -> picture.described(
                                        media.get("description"),
                                        media.get("title"),
                                        media.getOrDefault("credit", media.get("copyright")))),
                        Stream.of(text.content(), text.summary())
                                .flatMap(part -> Picture.inText(part.text(), part.base())))
                .toList();
    }

    private @Nullable FeedDate statedDate() {
        return dates.values().stream()
                .map(text -> FeedDate.parse(text, channel.arrival().zone()))
                .filter(date -> date != null)
                .findFirst()
                .orElse(null);
    }

    private FeedDate date(@Nullable FeedDate stated) {
        Instant now = channel.arrival().now();
        if (stated == null) {
            return new FeedDate(channel.estimate(), DatePrecision.ESTIMATED);
        }
        if (!stated.instant().isAfter(now)) {
            return stated;
        }
        if (stated.precision() == DatePrecision.DAY && isToday(stated.instant())) {
            return new FeedDate(now, DatePrecision.DAY);
        }
        if (!stated.instant().isAfter(channel.arrival().sent())) {
            return new FeedDate(channel.arrived(), DatePrecision.ESTIMATED);
        }
        if (stated.instant().isBefore(now.plus(LONGEST_DELAY))) {
            return stated;
        }
        throw new ImportRefused(
                line, "is dated %s, in the future by more than a year: correct its date".formatted(stated.instant()));
    }

    private boolean isToday(Instant instant) {
        return instant.atZone(channel.arrival().zone())
                .toLocalDate()
                .equals(channel.arrival().now().atZone(channel.arrival().zone()).toLocalDate());
    }

    private void noteEstimate(Faults faults) {
        if (dates.isEmpty()) {
            faults.estimate(new ImportRefused(
                    line,
                    "has no date: give it a %s".formatted(channel.isRss() ? "<pubDate>" : "date of publication")));
        } else {
            String text =
                    PlainText.start(PlainText.line(dates.values().iterator().next()), 60);
            faults.note(new ImportRefused(
                    line,
                    "«%s» is not a date with time and zone: write it like Tue, 13 Dec 2022 12:00:00 +0100 or 2022-12-13T12:00:00+01:00"
                            .formatted(text)));
        }
    }

    /** Null where the source states no time of publication, or nothing but that of its latest change. */
    private @Nullable FeedDate publication() {
        FeedDate published = dated(DateRank.PUBLISHED);
        return published == null ? dated(DateRank.CREATED) : published;
    }

    private @Nullable FeedDate dated(DateRank rank) {
        return FeedDate.parse(dates.getOrDefault(rank, ""), channel.arrival().zone());
    }

    /** No later than now, so that a clock that is fast doesn't hide what follows. */
    private @Nullable Instant update() {
        Instant updated = instant(dated(DateRank.UPDATED));
        Instant now = channel.arrival().now();
        return updated != null && updated.isAfter(now) ? now : updated;
    }

    private static @Nullable Instant instant(@Nullable FeedDate date) {
        return date == null ? null : date.instant();
    }

    private ItemIdentity identity(String name, String whole, @Nullable FeedDate stated) {
        String url = url();
        return new ItemIdentity(key(name, whole, stated, url), guesses(name, url), formerKey(name, whole, stated, url));
    }

    private String key(String name, String whole, @Nullable FeedDate stated, @Nullable String url) {
        ItemKeys keys = channel.keys();
        if (!id.isEmpty()) {
            return keys.ofId(id);
        }
        if (url == null) {
            return keys.ofContent(null, name + "\n" + (stated == null ? whole : stated.instant()));
        }
        return channel.isSitemap() ? keys.ofAddress(url) : keys.ofContent(url, name);
    }

    /** By address, title and time whatever the id is; without an id by address and time whatever the title is. */
    private List<String> guesses(String name, @Nullable String url) {
        FeedDate published = publication();
        if (url == null || published == null || !isTimeOfDay(published)) {
            return List.of();
        }
        ItemKeys keys = channel.keys();
        String whole = keys.ofContent(url, name + "\n" + published.instant());
        return id.isEmpty() ? List.of(whole, keys.ofContent(url, "\n" + published.instant())) : List.of(whole);
    }

    /** Several items of one page may have the same day. */
    private boolean isTimeOfDay(FeedDate date) {
        return date.precision() == DatePrecision.EXACT
                && !date.instant()
                        .atZone(channel.arrival().zone())
                        .toLocalTime()
                        .equals(LocalTime.MIDNIGHT);
    }

    private String formerKey(String name, String whole, @Nullable FeedDate stated, @Nullable String url) {
        ItemKeys keys = channel.keys();
        if (id.isEmpty() && url == null) {
            return keys.plainKey(Sha256.hex(name + "\n" + (stated == null ? whole : stated.instant())));
        }
        String known = id;
        if (url != null && id.isEmpty()) {
            known = channel.isShared(url, name) ? url + "#" + Sha256.hex(name) : url;
        }
        return keys.plainKey(known);
    }
}
