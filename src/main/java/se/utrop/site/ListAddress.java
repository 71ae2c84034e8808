package se.utrop.site;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import se.utrop.site.Data.PageInfo;

/**
 * The address of a page of a list.
 *
 * @param query the parameters of the list, without those of the page
 * @param after the cursor that the page starts after
 * @param before the cursor that the page ends before
 */
record ListAddress(
        String path,
        Supplier<Parameters> query,
        @Nullable String after,
        @Nullable String before) {

    private static final int SIZE = 20;

    static ListAddress of(String path, Supplier<Parameters> query, MultiValueMap<String, String> parameters) {
        String before = NewsQuery.value(parameters, "before");
        return new ListAddress(path, query, before == null ? NewsQuery.value(parameters, "after") : null, before);
    }

    static ListAddress of(String path, MultiValueMap<String, String> parameters) {
        return of(path, Parameters::new, parameters);
    }

    boolean isFirst() {
        return after == null && before == null;
    }

    /** The variables of the page. */
    Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put(before == null ? "first" : "last", SIZE);
        if (after != null) {
            variables.put("after", after);
        }
        if (before != null) {
            variables.put("before", before);
        }
        return variables;
    }

    Map<String, @Nullable Object> variables(NewsQuery news) {
        Map<String, @Nullable Object> variables = variables();
        variables.put("filter", news.filter());
        return variables;
    }

    String first() {
        return path + query.get();
    }

    @Nullable
    String next(PageInfo page) {
        return page.hasNextPage() ? path + query.get().add("after", page.endCursor()) : null;
    }

    @Nullable
    String previous(PageInfo page) {
        return page.hasPreviousPage() ? path + query.get().add("before", page.startCursor()) : null;
    }

    @Override
    public String toString() {
        return path + query.get().add("after", after).add("before", before);
    }
}
