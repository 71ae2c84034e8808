package se.utrop.cost;

import graphql.schema.DataFetchingEnvironment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;

@Controller
class RateLimitController {

    private final CostProperties properties;

    RateLimitController(CostProperties properties) {
        this.properties = properties;
    }

    @QueryMapping
    RateLimit rateLimit(DataFetchingEnvironment environment) {
        BudgetReservation reservation =
                Objects.requireNonNull(environment.getGraphQlContext().get(BudgetReservation.class));
        return new RateLimit(
                properties.budget(),
                reservation.cost(),
                Math.toIntExact(reservation.remaining()),
                Instant.now().plus(reservation.reset()).truncatedTo(ChronoUnit.SECONDS));
    }
}
