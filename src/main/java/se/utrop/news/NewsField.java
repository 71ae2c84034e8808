package se.utrop.news;

import java.util.Set;

/** A part of a news item besides its key and time, and the fields of the schema that need it. */
enum NewsField {
    SLUG("slug"),
    TITLE("title"),
    SUMMARY("summary"),
    BODY("body", "bodyHtml"),
    URL("url"),
    IMAGE("image"),
    KIND("kind"),
    URGENCY("urgency"),
    PRECISION("publishedAtPrecision"),
    UPDATED_AT("updatedAt"),
    PUBLICLY_UPDATED_AT("publiclyUpdatedAt"),
    REVISION("revision"),
    TOPICS("topics"),
    SERIES("series"),
    FIGURES("figures"),
    WITHDRAWAL("withdrawal");

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes immutable sets
    private final Set<String> schemaFields;

    NewsField(String... schemaFields) {
        this.schemaFields = Set.of(schemaFields);
    }

    boolean isIn(Set<String> selected) {
        return schemaFields.stream().anyMatch(selected::contains);
    }
}
