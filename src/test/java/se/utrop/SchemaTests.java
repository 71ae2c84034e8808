package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.graphql.execution.SchemaReport;

@UtropTest
class SchemaTests {

    private final SchemaReports reports;

    SchemaTests(SchemaReports reports) {
        this.reports = reports;
    }

    @Test
    void everyFieldOfTheSchemaHasAFetcherOfTheRightTypeAndNullness() {
        SchemaReport report = reports.only();
        assertThat(report.unmappedFields()).isEmpty();
        assertThat(report.unmappedRegistrations()).isEmpty();
        assertThat(report.unmappedArguments()).isEmpty();
        assertThat(report.fieldNullnessErrors()).isEmpty();
        assertThat(report.argumentNullnessErrors()).isEmpty();
        assertThat(report.skippedTypes()).isEmpty();
    }
}
