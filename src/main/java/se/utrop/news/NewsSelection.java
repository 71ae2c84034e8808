package se.utrop.news;

import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.SelectedField;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of news that a request reads. It determines the columns and tables of the statement. There are few selections,
 * each a prepared statement in a session: a request uses the first one that has everything it needs.
 */
record NewsSelection(Set<NewsField> fields) {

    static final NewsSelection ALL = new NewsSelection(EnumSet.allOf(NewsField.class));

    private static final NewsSelection ROW = new NewsSelection(EnumSet.complementOf(EnumSet.of(
            NewsField.BODY, NewsField.PUBLICLY_UPDATED_AT, NewsField.SERIES, NewsField.FIGURES, NewsField.WITHDRAWAL)));

    private static final List<NewsSelection> KNOWN = List.of(
            new NewsSelection(EnumSet.noneOf(NewsField.class)),
            new NewsSelection(EnumSet.of(NewsField.SLUG)),
            new NewsSelection(EnumSet.of(NewsField.SLUG, NewsField.TITLE)),
            new NewsSelection(EnumSet.of(NewsField.SLUG, NewsField.TITLE, NewsField.SUMMARY)),
            new NewsSelection(EnumSet.of(NewsField.SLUG, NewsField.TITLE, NewsField.TOPICS)),
            new NewsSelection(EnumSet.of(
                    NewsField.SLUG,
                    NewsField.TITLE,
                    NewsField.SUMMARY,
                    NewsField.KIND,
                    NewsField.URGENCY,
                    NewsField.TOPICS)),
            ROW,
            ROW.with(NewsField.BODY),
            ROW.with(NewsField.PUBLICLY_UPDATED_AT),
            ROW.with(NewsField.SERIES),
            ROW.with(NewsField.FIGURES),
            ROW.with(NewsField.WITHDRAWAL),
            ALL);

    /** Of a field that gives news. */
    static NewsSelection of(DataFetchingFieldSelectionSet selection) {
        return of(selection.getImmediateFields());
    }

    /** Of a field that gives a connection of news. */
    static NewsSelection ofConnection(DataFetchingFieldSelectionSet selection) {
        return of(Stream.concat(
                        children(selection, "nodes"),
                        children(selection, "edges")
                                .filter(field -> field.getName().equals("node"))
                                .flatMap(node -> node.getSelectionSet().getImmediateFields().stream()))
                .toList());
    }

    /** Of a field that gives objects which hold a news item under this name. */
    static NewsSelection ofChild(DataFetchingFieldSelectionSet selection, String name) {
        return of(children(selection, name).toList());
    }

    private static NewsSelection of(Collection<SelectedField> selected) {
        Set<String> names = selected.stream().map(SelectedField::getName).collect(Collectors.toSet());
        return known(Arrays.stream(NewsField.values())
                .filter(field -> field.isIn(names))
                .toList());
    }

    private static NewsSelection known(Collection<NewsField> fields) {
        return KNOWN.stream()
                .filter(known -> known.fields.containsAll(fields))
                .findFirst()
                .orElseThrow();
    }

    NewsSelection withSlug() {
        return known(with(NewsField.SLUG).fields);
    }

    private NewsSelection with(NewsField field) {
        EnumSet<NewsField> more = EnumSet.of(field);
        more.addAll(fields);
        return new NewsSelection(more);
    }

    private static Stream<SelectedField> children(DataFetchingFieldSelectionSet selection, String name) {
        return selection.getImmediateFields().stream()
                .filter(field -> field.getName().equals(name))
                .flatMap(field -> field.getSelectionSet().getImmediateFields().stream());
    }
}
