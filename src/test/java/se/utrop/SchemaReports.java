package se.utrop;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.graphql.execution.SchemaReport;

/** Keeps what Spring for GraphQL finds when it compares the schema with the code. */
@TestConfiguration(proxyBeanMethods = false)
class SchemaReports {

    private final List<SchemaReport> made = new ArrayList<>();

    SchemaReport only() {
        return made.getFirst();
    }

    @Bean
    GraphQlSourceBuilderCustomizer inspection() {
        return source -> source.inspectSchemaMappings(made::add);
    }
}
