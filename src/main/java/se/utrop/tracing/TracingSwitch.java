package se.utrop.tracing;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/** Leaves out Boot's tracing unless an endpoint for spans is set. So it costs nothing while it is off. */
class TracingSwitch implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";

    private static final String SDK = "org.springframework.boot.opentelemetry.";

    private boolean on;

    @Override
    public void setEnvironment(Environment environment) {
        on = environment.containsProperty(TracingConfiguration.ENDPOINT);
    }

    @Override
    public boolean[] match(@Nullable String[] configurations, AutoConfigurationMetadata metadata) {
        boolean[] matches = new boolean[configurations.length];
        for (int i = 0; i < configurations.length; i++) {
            String name = configurations[i];
            matches[i] = on || name == null || !(name.startsWith(TRACING) || name.startsWith(SDK));
        }
        return matches;
    }
}
