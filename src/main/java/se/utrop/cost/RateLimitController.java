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
        Charge charge = Objects.requireNonNull(environment.getGraphQlContext().get(Charge.class));
        return new RateLimit(
                properties.budget(),
                charge.cost(),
                Math.toIntExact(charge.remaining()),
                Instant.now().plus(charge.reset()).truncatedTo(ChronoUnit.SECONDS));
    }
}
