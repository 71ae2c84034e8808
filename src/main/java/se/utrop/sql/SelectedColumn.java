package se.utrop.sql;

import java.util.List;
import java.util.stream.Collectors;

/** A column of a select list. An enum of them is the list of a statement, and gives its readers the indexes. */
public interface SelectedColumn {

    /** What is selected. */
    String expression();

    /** Its index in a row. */
    int ordinal();

    /** The select list of these columns, which are all of an enum or its first. */
    static String list(List<? extends SelectedColumn> columns) {
        return columns.stream().map(SelectedColumn::expression).collect(Collectors.joining(", "));
    }
}
