package se.utrop.bench;

import java.sql.Connection;

/** Writes the documents of all news, which {@link Fill} has left out: {@code address database}. */
final class Index {

    private Index() {}

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = Database.connect(arguments[0], arguments[1], "postgres")) {
            Database.run(connection, "alter table pending_commit enable trigger index_changes");
            Database.run(connection, "set maintenance_work_mem = '1GB'");
            Database.run(connection, "select index_all_news()");
            Database.run(connection, "vacuum analyze");
        }
    }
}
