package se.utrop.news;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Revision.Details;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/** Compares two revisions field by field, in the order of the schema. What one of them didn't record is no change. */
final class RevisionChanges {

    private final List<RevisionChange> changes = new ArrayList<>();

    private RevisionChanges() {}

    static List<RevisionChange> between(Revision before, Revision after) {
        RevisionChanges found = new RevisionChanges();
        found.compareTexts(before, after);
        found.compareDetails(before.required(), after.required());
        return List.copyOf(found.changes);
    }

    private void compareTexts(Revision before, Revision after) {
        compare("title", before.title(), after.title(), RevisionChange::ofText);
        compare("summary", before.summary(), after.summary(), RevisionChange::ofText);
        compare("body", before.body(), after.body(), RevisionChange::ofText);
    }

    private void compareDetails(Details before, Details after) {
        compareValues("kind", before, after, Details::kind);
        compareValues("urgency", before, after, Details::urgency);
        compareValues("topics", before, after, RevisionChanges::names);
        compareValues("series", before, after, RevisionChanges::name);
        if (before.figures() != null && after.figures() != null) {
            compareValues("slug", before, after, Details::slug);
            compareValues("url", before, after, Details::url);
            compareValues("image", before, after, RevisionChanges::description);
            compareFigures(before.figures(), after.figures());
        }
    }

    private <T> void compareValues(String field, Details before, Details after, Function<Details, @Nullable T> value) {
        compare(field, value.apply(before), value.apply(after), RevisionChange::ofValue);
    }

    private <T> void compare(String field, @Nullable T before, @Nullable T after, Comparison<T> change) {
        if (!Objects.equals(before, after)) {
            changes.add(change.of(field, before, after));
        }
    }

    private interface Comparison<T> {

        RevisionChange of(String field, @Nullable T before, @Nullable T after);
    }

    private static @Nullable String names(Details details) {
        return details.topics().isEmpty()
                ? null
                : details.topics().stream().map(Topic::name).collect(Collectors.joining(", "));
    }

    private static @Nullable String name(Details details) {
        Series series = details.series();
        return series == null ? null : series.name();
    }

    private static @Nullable String description(Details details) {
        Image image = details.image();
        return image == null ? null : image.url() + (image.altText().isEmpty() ? "" : " (" + image.altText() + ")");
    }

    /** Each figure is a field of its own. */
    private void compareFigures(List<Figure> before, List<Figure> after) {
        Map<String, String> former = byName(before);
        Map<String, String> present = byName(after);
        Map<String, String> all = new LinkedHashMap<>(present);
        former.forEach(all::putIfAbsent);
        all.keySet()
                .forEach(name ->
                        compare("figures." + name, former.get(name), present.get(name), RevisionChange::ofValue));
    }

    private static Map<String, String> byName(List<Figure> figures) {
        return figures.stream()
                .collect(Collectors.toMap(
                        Figure::name, RevisionChanges::text, (first, again) -> first, LinkedHashMap::new));
    }

    /** For example {@code Vårdas med covid-19: 522 patients (+97)}. */
    private static String text(Figure figure) {
        return figure.label() + ": " + number(figure.value())
                + (figure.unit() == null ? "" : " " + figure.unit())
                + (figure.change() == null ? "" : " (" + signed(figure.change()) + ")");
    }

    private static String signed(double change) {
        return (change > 0 ? "+" : "") + number(change);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
