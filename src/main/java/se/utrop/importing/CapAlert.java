package se.utrop.importing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.nodes.Entities;
import org.jspecify.annotations.Nullable;
import se.utrop.importing.FeedItem.DateRank;
import se.utrop.news.Urgency;

/**
 * Reads a warning of the Common Alerting Protocol. Only public, actual ones are news. One that cancels others is their
 * tombstone.
 *
 * @see <a href="https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2.html">CAP 1.2</a>
 */
final class CapAlert {

    private static final Set<String> SEVERE = Set.of("Extreme", "Severe");
    private static final String CANCELLATION = "cancelled warning";

    /** As many cancelled warnings as one message may name. */
    private static final int MOST_REFERENCES = 100;

    private static final Set<String> SOON = Set.of("Immediate", "Expected");

    private final FeedReader feed;
    private final List<Info> infos = new ArrayList<>();
    private String identifier = "";
    private String sender = "";
    private String sent = "";
    private String status = "";
    private String messageType = "";
    private String scope = "";
    private String note = "";
    private String references = "";

    CapAlert(FeedReader feed) {
        this.feed = feed;
    }

    /** The warning in one language, for some areas. */
    private static final class Info {

        private final List<String> areas = new ArrayList<>();
        private final List<Picture> pictures = new ArrayList<>();
        private final List<String> events = new ArrayList<>();
        private String language = "";
        private String headline = "";
        private String description = "";
        private String instruction = "";
        private String severity = "";
        private String urgency = "";
        private String web = "";

        Stream<String> texts(boolean isOneOfSeveral) {
            return Stream.of(isOneOfSeveral ? headline : "", description, instruction, String.join(", ", areas));
        }
    }

    /** Reads the element at hand. */
    void read(FeedItem item) {
        while (feed.nextChild()) {
            switch (feed.name()) {
                case "identifier" -> identifier = text(item);
                case "sender" -> sender = text(item);
                case "sent" -> sent = text(item);
                case "status" -> status = text(item);
                case "msgType" -> messageType = text(item);
                case "scope" -> scope = text(item);
                case "note" -> note = text(item);
                case "references" -> references = text(item);
                case "info" -> readInfo(item);
                default -> feed.skip();
            }
        }
        fill(item);
    }

    private void readInfo(FeedItem item) {
        Info info = new Info();
        while (feed.nextChild()) {
            switch (feed.name()) {
                case "language" -> info.language = text(item);
                case "event" -> info.events.add(text(item));
                case "headline" -> info.headline = text(item);
                case "description" -> info.description = feed.text(item).strip();
                case "instruction" -> info.instruction = feed.text(item).strip();
                case "severity" -> info.severity = text(item);
                case "urgency" -> info.urgency = text(item);
                case "web" -> info.web = text(item);
                case "area" -> readArea(item, info);
                case "resource" -> readResource(item, info);
                default -> feed.skip();
            }
        }
        infos.add(info);
    }

    private void readArea(FeedItem item, Info info) {
        while (feed.nextChild()) {
            if (feed.name().equals("areaDesc")) {
                info.areas.add(text(item));
            } else {
                feed.skip();
            }
        }
    }

    private void readResource(FeedItem item, Info info) {
        String description = null;
        String type = "";
        String address = "";
        while (feed.nextChild()) {
            switch (feed.name()) {
                case "resourceDesc" -> description = text(item);
                case "mimeType" -> type = text(item);
                case "uri" -> address = text(item);
                default -> feed.skip();
            }
        }
        if (Picture.isPicture(type, address)) {
            info.pictures.add(Picture.of(Picture.Rank.MEDIA, address).described(description, null, null));
        }
    }

    private String text(FeedItem item) {
        return feed.text(item).strip();
    }

    private void fill(FeedItem item) {
        item.id(Stream.of(sender, identifier, sent)
                .filter(part -> !part.isEmpty())
                .reduce((a, b) -> a + "," + b)
                .orElse(""));
        item.date(DateRank.PUBLISHED, sent);
        String kind = otherKind();
        if (kind != null) {
            item.passOver(kind);
        }
        if (CANCELLATION.equals(kind)) {
            cancel(item);
        }
        List<Info> chosen = chosen(item.channel().arrival());
        Info info = chosen.getFirst();
        String event = info.events.isEmpty() ? "" : info.events.getFirst();
        item.title(RichText.Type.TEXT, info.headline.isEmpty() ? event : info.headline);
        item.summary(RichText.Type.TEXT, info.description.isEmpty() ? note : info.description, null);
        if (chosen.size() > 1 || !info.instruction.isEmpty() || !info.areas.isEmpty()) {
            item.content(
                    RichText.Type.HTML,
                    paragraphs(chosen.stream().flatMap(each -> each.texts(chosen.size() > 1))),
                    null);
        }
        chosen.forEach(each -> {
            each.events.forEach(item::topic);
            each.pictures.forEach(item::picture);
        });
        item.link(0, info.web);
        item.urgency(chosen.stream()
                .map(CapAlert::urgency)
                .max(Comparator.naturalOrder())
                .orElseThrow());
    }

    /** The blocks in the newsroom's language, or else in that of the first. Each may be about other areas. */
    private List<Info> chosen(Arrival arrival) {
        if (infos.isEmpty()) {
            return List.of(new Info());
        }
        Info first = infos.stream()
                .filter(info -> arrival.speaks(info.language))
                .findFirst()
                .orElse(infos.getFirst());
        return infos.stream()
                .filter(info -> info.language.equalsIgnoreCase(first.language))
                .toList();
    }

    private void cancel(FeedItem item) {
        Stream.of(references.split("\\s+"))
                .filter(reference -> !reference.isEmpty())
                .limit(MOST_REFERENCES)
                .map(reference -> Tombstone.of(
                        feed.line(), reference, null, note, item.channel().keys()))
                .forEach(feed::add);
    }

    private static String paragraphs(Stream<String> texts) {
        StringBuilder html = new StringBuilder();
        texts.flatMap(text -> Stream.of(text.split("\\R\\s*\\R")))
                .filter(text -> !text.isBlank())
                .distinct()
                .forEach(text -> html.append("<p>")
                        .append(Entities.escape(text.strip()).replaceAll("\\R", "<br>"))
                        .append("</p>"));
        return html.toString();
    }

    private @Nullable String otherKind() {
        if (!status.isEmpty() && !status.equals("Actual")) {
            return status.equals("Draft") ? "draft" : "test of warnings";
        }
        if (Set.of("Ack", "Error").contains(messageType)) {
            return "acknowledgement";
        }
        if (!scope.isEmpty() && !scope.equals("Public")) {
            return "private warning";
        }
        return messageType.equals("Cancel") ? CANCELLATION : null;
    }

    private static Urgency urgency(Info info) {
        if (SEVERE.contains(info.severity)) {
            return Objects.equals(info.urgency, "Immediate") ? Urgency.BREAKING : Urgency.IMPORTANT;
        }
        return SOON.contains(info.urgency) && info.severity.equals("Moderate") ? Urgency.IMPORTANT : Urgency.ROUTINE;
    }
}
